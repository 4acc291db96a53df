package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.MemoryMapEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryMapTest {

    private static final long GIB = 1L << 30;

    @Test
    void aSmallDomainLooksAsOnXen() {
        List<MemoryMapEntry> entries = MemoryMap.of(256 << 20).entries();
        assertEquals(
                List.of(
                        new MemoryMapEntry(0, 0xa_0000, 1),
                        new MemoryMapEntry(0x10_0000, 0xff0_0000, 1),
                        new MemoryMapEntry(0xfc00_0000L, 0x9000, 3),
                        new MemoryMapEntry(0xfeff_8000L, 0x8000, 2)),
                entries);
        assertEquals(0x1000_0000, entries.get(1).end());
    }

    @Test
    void ramThatDoesNotFitBelowTheAcpiTablesGoesOnAt4Gib() {
        MemoryMap exact = MemoryMap.of(BootLayout.LOW_RAM_LIMIT);
        assertEquals(0, exact.highBytes());
        assertEquals(4, exact.entries().size());

        MemoryMap map = MemoryMap.of(6 * GIB);
        assertEquals(BootLayout.LOW_RAM_LIMIT, map.lowEnd());
        assertEquals(6 * GIB - BootLayout.LOW_RAM_LIMIT, map.highBytes());
        assertEquals(6 * GIB, map.bytes());
        assertEquals(
                new MemoryMapEntry(4 * GIB, map.highBytes(), 1), map.entries().get(4));
    }

    @Test
    void largeDomainsKeepAllTheirRam() {
        for (long gib : new long[] {4, 5, 64, 1024}) {
            MemoryMap map = MemoryMap.of(gib * GIB);
            assertEquals(BootLayout.LOW_RAM_LIMIT, map.lowEnd());
            assertEquals(gib * GIB, map.bytes());
            assertEquals(BootLayout.HIGH_RAM + gib * GIB - BootLayout.LOW_RAM_LIMIT, map.highEnd());
            assertEquals(0, (BootLayout.HIGH_RAM - map.lowEnd()) % (2 << 20), "high RAM lies on huge pages, too");
        }
    }

    @Test
    void lowRamHasAHole() {
        MemoryMap map = MemoryMap.of(16 << 20);
        assertTrue(map.isLowRam(0, 0xa_0000));
        assertFalse(map.isLowRam(0, 0xa_0001));
        assertFalse(map.isLowRam(0xf_ffff, 2));
        assertTrue(map.isLowRam(0x10_0000, 15 << 20));
        assertFalse(map.isLowRam(0x10_0000, (15 << 20) + 1));
        assertFalse(map.isLowRam(-1, 1));
        assertFalse(map.isLowRam(0x10_0000, 0));
        assertFalse(map.isLowRam(0x10_0000, Long.MAX_VALUE));
        assertFalse(map.isLowRam(Long.MAX_VALUE, 1));
    }

    @Test
    void impossibleAmountsAreRefused() {
        for (long bytes : new long[] {Long.MIN_VALUE, -1, 0, 1 << 20, (1L << 40) + 4096, Long.MAX_VALUE}) {
            Refusals.assertRefused(() -> MemoryMap.of(bytes), "give it 2 MiB to 1 TiB");
        }
        Refusals.assertRefused(() -> MemoryMap.of((64 << 20) + 1), "a multiple of 4 KiB");
    }
}
