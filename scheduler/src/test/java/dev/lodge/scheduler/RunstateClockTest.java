package dev.lodge.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunstateClockTest {

    private static final List<Runstate> STATES = List.of(Runstate.values());

    private final long[] times = new long[RunstateClock.STATES];

    @ParameterizedTest
    @CsvSource({"RUNNING, 0", "RUNNABLE, 1", "BLOCKED, 2", "OFFLINE, 3"})
    void theStatesHaveTheNumbersOfVcpuH(Runstate state, int number) {
        assertEquals(number, state.number());
    }

    @Test
    void timeIsCountedForTheStateInWhichItPasses() {
        RunstateClock clock = new RunstateClock(Runstate.OFFLINE, 100);

        assertTrue(clock.enter(Runstate.RUNNABLE, 110));
        assertTrue(clock.enter(Runstate.RUNNING, 117));
        assertTrue(clock.enter(Runstate.BLOCKED, 150));

        assertEquals(Runstate.BLOCKED, clock.copyTo(times, 155));
        assertArrayEquals(new long[] {33, 7, 5, 10}, times);
        assertEquals(150, clock.entered());
        assertEquals(5, clock.time(Runstate.BLOCKED, 155));
        assertEquals(33, clock.time(Runstate.RUNNING, 155));
        assertEquals(55, clock.total(155));
    }

    @Test
    void toEnterThePresentStateChangesNothing() {
        RunstateClock clock = new RunstateClock(Runstate.RUNNING, 0);

        assertFalse(clock.enter(Runstate.RUNNING, 9));

        assertEquals(0, clock.entered());
        assertEquals(12, clock.time(Runstate.RUNNING, 12));
    }

    @Test
    void aTimeBeforeTheLastCountsAsThatOne() {
        RunstateClock clock = new RunstateClock(Runstate.RUNNING, 0);
        clock.enter(Runstate.BLOCKED, 50);

        clock.enter(Runstate.RUNNABLE, 40);

        assertEquals(50, clock.entered());
        assertEquals(0, clock.time(Runstate.BLOCKED, 45));
        assertEquals(0, clock.time(Runstate.RUNNABLE, 45));
        assertEquals(50, clock.total(45));
        clock.copyTo(times, 45);
        assertArrayEquals(new long[] {50, 0, 0, 0}, times);
    }

    @Test
    void tooShortAnArrayIsRefused() {
        RunstateClock clock = new RunstateClock(Runstate.RUNNING, 0);

        assertThrows(IndexOutOfBoundsException.class, () -> clock.copyTo(new long[3], 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theTimesAddUpToTheTimeSinceTheStart(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long now = random.nextLong(1L << 62);
        long start = now;
        RunstateClock clock = new RunstateClock(Runstate.OFFLINE, start);
        for (int step = 0; step < 10_000; step++) {
            now += random.nextLong(1_000_000);
            clock.enter(STATES.get(random.nextInt(4)), now);
            clock.copyTo(times, now);
            assertEquals(now - start, times[0] + times[1] + times[2] + times[3], "seed " + seed + ", step " + step);
        }
        assertEquals(now - start, clock.total(now));
    }

    @Test
    void aReaderSeesTimesOfOneMomentWhileAnotherThreadWrites() throws InterruptedException {
        RunstateClock clock = new RunstateClock(Runstate.RUNNING, 0);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            long[] seen = new long[RunstateClock.STATES];
            for (int i = 0; i < 20_000 && failure.get() == null; i++) {
                clock.copyTo(seen, 1_000_000);
                if (seen[0] + seen[1] + seen[2] + seen[3] != 1_000_000) {
                    failure.set(new AssertionError("torn: " + seen[0] + " " + seen[1] + " " + seen[2]));
                }
            }
        });
        reader.start();
        for (int now = 1; now <= 100_000; now++) {
            clock.enter(now % 2 == 0 ? Runstate.RUNNING : Runstate.BLOCKED, now);
        }
        reader.join();

        assertEquals(null, failure.get());
        assertEquals(50_000, clock.time(Runstate.BLOCKED, 100_000));
    }
}
