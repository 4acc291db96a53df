package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads, as guest and monitor, each asleep until the other's notification: a lost one hangs the test. */
class DescriptorRingThreadsTest {

    private static final int TOTAL = 200_000;
    private static final int ENTRY = 16;

    private final Semaphore requests = new Semaphore(0);
    private final Semaphore responses = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long sum;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void everyRequestIsAnsweredWithNoNotificationLost() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            DescriptorRing ring = new DescriptorRing(SharedPages.of(arena.allocate(256, 8)), ENTRY); // of 8 entries
            RingFrontEnd front = ring.newFrontEnd(0xffff_fff0);
            RingBackEnd back = ring.newBackEnd();
            Thread guest = Thread.ofPlatform().name("front").start(() -> run(() -> ask(front)));
            Thread monitor = Thread.ofPlatform().name("back").start(() -> run(() -> answer(back)));
            guest.join();
            monitor.join();
        }
        assertNull(failure.get());
        assertEquals((long) TOTAL * (TOTAL - 1), sum);
    }

    private void ask(RingFrontEnd front) throws Exception {
        Random random = new Random(1);
        MemorySegment entry = MemorySegment.ofArray(new long[2]);
        int asked = 0;
        int received = 0;
        while (received < TOTAL) {
            int batch = Math.min(Math.min(front.room(), TOTAL - asked), 1 + random.nextInt(4));
            for (int i = 0; i < batch; i++) {
                entry.set(ValueLayout.JAVA_LONG, 0, asked++);
                front.put(entry);
            }
            if (front.publish()) {
                requests.release();
            }
            while (front.take(entry)) {
                sum += entry.get(ValueLayout.JAVA_LONG, 8);
                received++;
            }
            if (received < TOTAL && (front.room() == 0 || asked == TOTAL) && !front.moreArrived()) {
                responses.acquire();
            }
        }
    }

    private void answer(RingBackEnd back) throws Exception {
        MemorySegment entry = MemorySegment.ofArray(new long[2]);
        int answered = 0;
        while (answered < TOTAL) {
            while (back.take(entry)) {
                entry.set(ValueLayout.JAVA_LONG, 8, 2 * entry.get(ValueLayout.JAVA_LONG, 0));
                back.answer(entry);
                answered++;
            }
            if (back.publish()) {
                responses.release();
            }
            if (answered < TOTAL && !back.moreArrived()) {
                requests.acquire();
            }
        }
    }

    private void run(Side side) {
        try {
            side.run();
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
            requests.release(1000);
            responses.release(1000);
        }
    }

    @FunctionalInterface
    private interface Side {
        void run() throws Exception;
    }
}
