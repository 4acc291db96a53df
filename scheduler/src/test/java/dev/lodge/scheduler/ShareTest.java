package dev.lodge.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Share.MOST + 1, Integer.MAX_VALUE})
    void aWeightOutOfRangeIsRefused(int weight) {
        assertThrows(IllegalArgumentException.class, () -> Share.of(weight));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 0",
        "1099511627777, 1, 0",
        "9223372036854775807, 1, 0",
        "1, 0, 0",
        "1, -1, 0",
        "1, 1, -1",
        "1, 1, 1099511627777",
        "1, 1, 9223372036854775807",
    })
    void aWarpOutOfRangeIsRefused(long advance, long limit, long rest) {
        assertThrows(IllegalArgumentException.class, () -> new Warp(advance, limit, rest));
    }

    @Test
    void theExtremesAreTaken() {
        assertEquals(1, Share.of(1).weight());
        Warp largest = new Warp(Warp.MOST, Warp.UNLIMITED, Warp.MOST);
        assertEquals(largest, Share.of(Share.MOST).warped(largest).warp());
    }
}
