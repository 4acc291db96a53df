package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadTimesTest {

    @Test
    void aThreadThatWorksHasRunLonger() {
        try (ThreadTimes times = ThreadTimes.ofCurrentThread()) {
            times.read();
            long before = times.runningNanos();
            long until = before + 20_000_000;
            while (times.runningNanos() < until) {
                times.read();
            }
            assertTrue(times.waitingNanos() >= 0);
        }
    }

    @Test
    void anotherThreadsTimesCanBeReadAndStayWhenItHasEnded() throws Exception {
        var its = new FutureTask<>(() -> {
            ThreadTimes times = ThreadTimes.ofCurrentThread();
            times.read();
            return times;
        });
        Thread thread = Thread.ofPlatform().start(its);
        thread.join();
        try (ThreadTimes times = its.get()) {
            long before = times.runningNanos();
            times.read();
            assertTrue(times.runningNanos() >= before);
            assertTrue(before > 0);
        }
    }

    @Test
    void aClosedOneSaysWhatItLastRead() {
        ThreadTimes times = ThreadTimes.ofCurrentThread();
        times.read();
        long before = times.runningNanos();
        times.close();
        times.read();
        assertEquals(before, times.runningNanos());
    }
}
