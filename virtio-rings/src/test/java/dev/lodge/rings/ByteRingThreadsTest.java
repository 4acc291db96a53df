package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
class ByteRingThreadsTest {

    private static final int SIZE = 1024;
    private static final int TOTAL = 1 << 20;

    private final Semaphore bytesArrived = new Semaphore(0);
    private final Semaphore roomGiven = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aMebibyteGoesThroughWithNoNotificationLost() throws InterruptedException {
        byte[] sent = new byte[TOTAL];
        new Random(1).nextBytes(sent);
        byte[] received = new byte[TOTAL];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(SIZE + 8, 8);
            memory.set(ValueLayout.JAVA_INT, SIZE, 0xffffff00);
            memory.set(ValueLayout.JAVA_INT, SIZE + 4, 0xffffff00);
            ByteRing ring = new ByteRing(memory, 0, SIZE, SIZE, SIZE + 4);
            Thread front = Thread.ofPlatform().name("front").start(() -> run(() -> send(ring.newProducer(), sent)));
            Thread back =
                    Thread.ofPlatform().name("back").start(() -> run(() -> receive(ring.newConsumer(), received)));
            front.join();
            back.join();
        }
        assertNull(failure.get());
        assertArrayEquals(sent, received);
    }

    private void send(ByteRingProducer producer, byte[] bytes) throws InterruptedException {
        Random random = new Random(2);
        int at = 0;
        while (at < bytes.length) {
            int moved = producer.write(bytes, at, Math.min(1 + random.nextInt(SIZE), bytes.length - at));
            at += moved;
            if (moved > 0 && producer.consumerMayWait()) {
                bytesArrived.release();
            }
            if (at < bytes.length && !producer.roomAppeared()) {
                roomGiven.acquire();
            }
        }
    }

    private void receive(ByteRingConsumer consumer, byte[] bytes) throws InterruptedException {
        Random random = new Random(3);
        int at = 0;
        while (at < bytes.length) {
            int moved = consumer.read(bytes, at, Math.min(1 + random.nextInt(SIZE), bytes.length - at));
            at += moved;
            if (moved > 0 && consumer.producerMayWait()) {
                roomGiven.release();
            }
            if (at < bytes.length && !consumer.moreArrived()) {
                bytesArrived.acquire();
            }
        }
    }

    private void run(Side side) {
        try {
            side.run();
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
            bytesArrived.release(1000);
            roomGiven.release(1000);
        }
    }

    @FunctionalInterface
    private interface Side {
        void run() throws InterruptedException;
    }
}
