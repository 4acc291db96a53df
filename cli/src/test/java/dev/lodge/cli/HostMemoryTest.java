package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostMemoryTest {

    @Test
    void memoryAndSwapSpaceAreAddedUp() {
        assertEquals(
                3072L << 10,
                HostMemory.total(List.of("MemTotal:        2048 kB", "MemFree:   7 kB", "SwapTotal:   1024 kB")));
    }

    @Test
    void aHostThatDoesNotTellHasNone() {
        assertEquals(0, HostMemory.total(List.of()));
    }
}
