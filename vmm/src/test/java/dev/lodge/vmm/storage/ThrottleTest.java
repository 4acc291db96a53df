package dev.lodge.vmm.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** By a clock that stands still but for waits. */
class ThrottleTest {

    private long nanos = 5_000_000_000L;
    private int pauses;

    private final Throttle.Clock clock = new Throttle.Clock() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void pause(long howLong) {
            nanos += howLong;
            pauses++;
        }
    };

    @Test
    void bytesFlowAtTheirRate() {
        Throttle throttle = new Throttle(1000, 0, clock);
        for (int i = 0; i < 100; i++) {
            throttle.await(100, 1);
        }
        // 10,000 bytes at 1000 a second, less the tenth of a second that was there at first
        assertNear(14_900_000_000L);
    }

    @Test
    void operationsFlowAtTheirRate() {
        Throttle throttle = new Throttle(0, 10, clock);
        throttle.await(1 << 30, 1);
        throttle.await(1 << 30, 4);
        assertNear(5_400_000_000L);
    }

    @Test
    void theTighterLimitCounts() {
        Throttle throttle = new Throttle(1000, 1000, clock);
        throttle.await(1000, 1);
        assertNear(5_900_000_000L);
    }

    @Test
    void whoWasIdleMayHaveATenthOfASecondAtOnce() {
        Throttle throttle = new Throttle(1000, 0, clock);
        nanos += 3_600_000_000_000L;
        long before = nanos;
        throttle.await(100, 1);
        assertEquals(before, nanos);
        throttle.await(100, 1);
        assertNear(before + 100_000_000L);
    }

    @Test
    void withoutALimitNobodyWaits() {
        Throttle throttle = new Throttle(0, 0, clock);
        throttle.await(Long.MAX_VALUE, 1 << 30);
        assertEquals(0, pauses);
    }

    @Test
    void aLongWaitCanBeEnded() {
        Throttle throttle = new Throttle(1, 0, clock);
        throttle.lift(true);
        throttle.await(1 << 20, 1);
        assertEquals(0, pauses);
        throttle.lift(false);
        throttle.await(1, 1);
        assertTrue(pauses > 1, "it looks again every tenth of a second");
    }

    @Test
    void limitsBelowNoughtAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Throttle(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Throttle(0, -1));
    }

    private void assertNear(long expected) {
        assertTrue(Math.abs(nanos - expected) < 100, nanos + " instead of " + expected);
    }
}
