package dev.lodge.vmm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.EventFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("ThreadPriorityCheck") // few CPUs, and others wait for them
class IoLoopTest {

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final IoLoop loop = new IoLoop("test-io", failures::add);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aBurstOfRingsCallsTheHandlerOnce() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        IoLoop.Bell holdsUp = loop.bell(() -> {
            entered.countDown();
            awaitQuietly(mayGoOn);
        });
        IoLoop.Bell counted = loop.bell(calls::incrementAndGet);
        loop.start();
        holdsUp.ring();
        entered.await();
        for (int i = 0; i < 1_000; i++) {
            counted.ring();
        }
        mayGoOn.countDown();
        afterARound();
        assertEquals(1, calls.get());
        counted.ring();
        afterARound();
        assertEquals(2, calls.get());
    }

    @Test
    void aBellThatRangBeforeTheStartIsAnswered() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        loop.bell(called::countDown).ring();
        loop.start();
        called.await();
    }

    @Test
    void aBellThatRingsWithoutACauseIsNotHeard() throws InterruptedException {
        AtomicBoolean cause = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        IoLoop.Bell bell = loop.bell(calls::incrementAndGet, cause::get);
        loop.start();
        bell.ring();
        afterARound();
        assertEquals(0, calls.get());
        cause.set(true);
        bell.ring();
        afterARound();
        assertEquals(1, calls.get());
    }

    @Test
    void anEventfdThatKvmRingsIsHeardEachTimeThoughNobodyReadsIt() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        loop.start();
        try (EventFd rung = EventFd.create()) {
            IoLoop.Watch watch = loop.onRing(rung.fd(), calls::incrementAndGet);
            for (int ring = 1; ring <= 100; ring++) {
                rung.ring();
                while (calls.get() < ring) {
                    Thread.yield();
                }
            }
            loop.remove(watch);
            rung.ring();
            afterARound();
            assertEquals(100, calls.get());
        }
    }

    @Test
    void aWatchThatEndsLeavesItsPlaceToTheNext() throws InterruptedException {
        loop.start();
        for (int round = 0; round < 300; round++) {
            CountDownLatch called = new CountDownLatch(1);
            try (EventFd rung = EventFd.create()) {
                IoLoop.Watch watch = loop.onRing(rung.fd(), called::countDown);
                rung.ring();
                called.await();
                loop.remove(watch);
            }
        }
        assertTrue(failures.isEmpty());
    }

    @Test
    void noRingOfManyThreadsIsLost() throws InterruptedException {
        int ringers = 4;
        int rounds = 20_000;
        AtomicInteger[] answered = new AtomicInteger[ringers];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ringers; i++) {
            AtomicInteger mine = new AtomicInteger();
            answered[i] = mine;
            IoLoop.Bell bell = loop.bell(mine::incrementAndGet);
            threads.add(Thread.ofPlatform().unstarted(() -> {
                for (int round = 0; round < rounds && !Thread.currentThread().isInterrupted(); round++) {
                    int before = mine.get();
                    bell.ring();
                    while (mine.get() == before && !Thread.currentThread().isInterrupted()) {
                        Thread.yield();
                    }
                }
            }));
        }
        loop.start();
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            threads.forEach(Thread::interrupt);
        }
        for (AtomicInteger count : answered) {
            assertTrue(count.get() >= rounds);
        }
    }

    @Test
    void handlersRunOneAtATimeOnTheLoopsThread() throws InterruptedException {
        AtomicReference<String> thread = new AtomicReference<>("");
        CountDownLatch called = new CountDownLatch(1);
        IoLoop.Bell bell = loop.bell(() -> {
            thread.set(Thread.currentThread().getName());
            called.countDown();
        });
        loop.start();
        bell.ring();
        called.await();
        assertEquals("test-io", thread.get());
    }

    @Test
    void aHandlerThatThrowsIsReportedAndTheLoopLives() throws InterruptedException {
        IoLoop.Bell bad = loop.bell(() -> {
            throw new IllegalStateException("on purpose");
        });
        IoLoop.Bell worse = loop.bell(() -> {
            throw new AssertionError("on purpose");
        });
        loop.start();
        bad.ring();
        worse.ring();
        afterARound();
        bad.ring();
        afterARound();
        assertEquals(3, failures.size());
    }

    @Test
    void aReadableFileHasItsHandlerCalled() throws InterruptedException {
        try (EventFd file = EventFd.create()) {
            CountDownLatch read = new CountDownLatch(2);
            loop.onReadable(file.fd(), () -> {
                if (file.drain() > 0) {
                    read.countDown();
                }
            });
            loop.start();
            file.ring();
            while (read.getCount() == 2) {
                Thread.yield();
            }
            file.ring();
            read.await();
            loop.close();
        }
    }

    @Test
    void aFilesTurnComesThoughABellNeverStops() throws InterruptedException {
        try (EventFd file = EventFd.create()) {
            CountDownLatch read = new CountDownLatch(1);
            IoLoop.Bell[] self = new IoLoop.Bell[1];
            self[0] = loop.bell(() -> self[0].ring());
            loop.onReadable(file.fd(), () -> {
                file.drain();
                read.countDown();
            });
            loop.start();
            self[0].ring();
            file.ring();
            read.await();
            loop.close();
        }
    }

    @Test
    void aBellThatWasTakenOffIsNotAnswered() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        IoLoop.Bell bell = loop.bell(calls::incrementAndGet);
        loop.remove(bell);
        loop.remove(bell);
        loop.start();
        bell.ring();
        afterARound();
        assertEquals(0, calls.get());
    }

    @Test
    void aBellMayBeMadeWhileTheLoopRuns() throws InterruptedException {
        loop.start();
        afterARound();
        afterARound();
    }

    @Test
    void closingEndsTheThreadAndLeavesNoFileOpen() throws IOException {
        new IoLoop("warm-up", failures::add).close();
        long before = openFiles();
        AtomicReference<Thread> thread = new AtomicReference<>();
        for (int i = 0; i < 10; i++) {
            IoLoop another = new IoLoop("another", failures::add);
            IoLoop.Bell bell = another.bell(() -> thread.set(Thread.currentThread()));
            another.start();
            bell.ring();
            while (thread.get() == null) {
                Thread.yield();
            }
            another.close();
            assertFalse(thread.getAndSet(null).isAlive());
            bell.ring(); // not heard, and no harm
            another.close();
        }
        assertEquals(before, openFiles());
    }

    @Test
    void aLoopThatNeverStartedIsClosedToo() throws IOException {
        new IoLoop("warm-up", failures::add).close();
        long before = openFiles();
        IoLoop another = new IoLoop("another", failures::add);
        another.bell(() -> {}).ring();
        another.close();
        assertEquals(before, openFiles());
    }

    @Test
    void closingWaitsForTheLoopEvenIfInterrupted() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        IoLoop.Bell slow = loop.bell(() -> {
            entered.countDown();
            for (int i = 0; i < 1_000; i++) {
                Thread.yield();
            }
            left.set(true);
        });
        loop.start();
        slow.ring();
        entered.await();
        Thread.currentThread().interrupt();
        loop.close();
        assertTrue(Thread.interrupted());
        assertTrue(left.get());
    }

    /** Until all that rang before has been answered: bells are answered in the order in which they were made. */
    private void afterARound() throws InterruptedException {
        CountDownLatch round = new CountDownLatch(1);
        IoLoop.Bell last = loop.bell(round::countDown);
        last.ring();
        round.await();
        loop.remove(last);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            Thread.currentThread().interrupt();
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
