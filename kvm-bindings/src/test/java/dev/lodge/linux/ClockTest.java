package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockTest {
    @Test
    void theMonotonicClockIsTheScaleOfNanoTime() {
        long before = System.nanoTime();
        long clock = Clock.monotonicNanos();
        long after = System.nanoTime();
        assertTrue(before <= clock && clock <= after, before + " " + clock + " " + after);
    }

    @Test
    void theRealtimeClockIsTheScaleOfCurrentTimeMillis() {
        long before = System.currentTimeMillis();
        long clock = Clock.realtimeNanos() / 1_000_000;
        assertTrue(before <= clock && clock <= System.currentTimeMillis());
    }

    @Test
    void aClockThatDoesNotExistIsRefused() {
        assertEquals(
                "clock_gettime: EINVAL (invalid argument)",
                assertThrows(LinuxException.class, () -> Clock.nanos(12345)).getMessage());
    }

    @Test
    void thisProcessBeganBeforeNowAndAfterTheHostBooted() {
        long start = ProcessStartTime.monotonicNanos();
        assertTrue(start <= System.nanoTime());
        assertTrue(ProcessStartTime.boottimeNanos() > 0);
        assertTrue(ProcessStartTime.boottimeNanos() <= Clock.boottimeNanos());
    }

    @Test
    void theStartIsFieldTwentyTwoWhateverTheProcessIsCalled() {
        String stat = "12 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 99\n";
        assertEquals(4242, ProcessStartTime.startTicks(stat));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "12 (java",
                "12 (java) R 1 2 3",
                "12 (java) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x y"
            })
    void aLineWithoutThatFieldIsRefused(String stat) {
        assertThrows(IllegalArgumentException.class, () -> ProcessStartTime.startTicks(stat));
    }
}
