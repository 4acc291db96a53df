package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("ThreadPriorityCheck") // few CPUs, and others wait for them
class EventWaitersTest {

    private final EventWaiters waiters = new EventWaiters();

    @Test
    void whatHoldsAlreadyIsNotWaitedFor() throws InterruptedException {
        waiters.await(() -> true, Long.MAX_VALUE);
        waiters.await(() -> true, System.nanoTime() - 1);
    }

    @Test
    void aDeadlineThatHasPassedEndsTheWaitAfterOneLook() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        waiters.await(() -> looks.incrementAndGet() > 100, System.nanoTime() - 1);
        assertEquals(1, looks.get());
    }

    @Test
    void aDeadlineEndsTheWait() throws InterruptedException {
        long deadline = System.nanoTime() + 2_000_000;
        waiters.await(() -> false, deadline);
        assertTrue(System.nanoTime() - deadline >= 0);
    }

    @Test
    void aWakeUpFindsTheConditionOrLetsTheSleeperSleep() throws InterruptedException {
        AtomicBoolean happened = new AtomicBoolean();
        CountDownLatch looked = new CountDownLatch(2);
        Thread sleeper = Thread.ofPlatform().start(() -> {
            try {
                waiters.await(
                        () -> {
                            looked.countDown();
                            return happened.get();
                        },
                        Long.MAX_VALUE);
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        while (looked.getCount() > 0) {
            waiters.wake(); // without the condition
            Thread.yield();
        }
        assertTrue(sleeper.isAlive());
        happened.set(true);
        waiters.wake();
        sleeper.join();
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> waiters.await(() -> false, Long.MAX_VALUE));
    }

    @Test
    void noEventIsLostBetweenASleeperAndItsSenders() throws InterruptedException {
        var side = new EventFixture().one;
        int port = side.events.allocUnbound(0);
        BackendPort backend = side.connect(port, () -> {});
        side.guest.mask(port);
        int rounds = 20_000;
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger taken = new AtomicInteger();
        Thread sleeper = Thread.ofPlatform().start(() -> {
            try {
                for (int round = 0; round < rounds; round++) {
                    side.events.waiters().await(() -> side.events.isPending(port), Long.MAX_VALUE);
                    side.events.close(port); // which clears it
                    taken.incrementAndGet();
                    while (taken.get() <= round) {
                        Thread.yield();
                    }
                }
                done.countDown();
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        for (int round = 0; round < rounds; round++) {
            if (round > 0) {
                backend = reconnected(side, port);
            }
            backend.notifyGuest();
            while (taken.get() <= round) {
                Thread.yield();
            }
        }
        assertTrue(done.await(60, TimeUnit.SECONDS));
        sleeper.join();
    }

    private static BackendPort reconnected(EventFixture.Side side, int port) {
        assertEquals(port, side.events.allocUnbound(0));
        return side.connect(port, () -> {});
    }
}
