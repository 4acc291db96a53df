package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lodge.rings.ByteRingConsumer;
import dev.lodge.rings.ByteRingProducer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A guest that notifies as sparingly as Linux does (only a consumer that had caught up), and a monitor that sleeps until
 * notified: a lost notification on either side hangs the test.
 */
class StoreRingThreadsTest {

    private static final int REQUESTS = 20_000;

    private final Semaphore monitorsDoorbell = new Semaphore(0);
    private final Semaphore guestsDoorbell = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void noNotificationIsLostBetweenAGuestAndItsMonitor() throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(4096, 4096);
            StorePage page = new StorePage(memory);
            Store store = new Store();
            StoreRing ring = new StoreRing(memory, store.introduce(1, monitorsDoorbell::release));
            Thread monitor = Thread.ofPlatform().name("d1io").start(() -> serve(ring));
            Thread guest = Thread.ofPlatform()
                    .name("d1v0")
                    .start(() ->
                            ask(page.requests().newProducer(), page.responses().newConsumer()));
            guest.join();
            monitor.interrupt();
            monitor.join();
        }
        assertNull(failure.get());
    }

    private void serve(StoreRing ring) {
        try {
            while (true) {
                monitorsDoorbell.acquire();
                if (ring.service()) {
                    guestsDoorbell.release();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError thrown) {
            failure.set(thrown);
            guestsDoorbell.release(REQUESTS);
        }
    }

    /** Keeps a few requests on the way, header and body apart, and takes replies in pieces. */
    private void ask(ByteRingProducer requests, ByteRingConsumer responses) {
        try {
            Random random = new Random(1);
            byte[] reply = new byte[64];
            for (int i = 0; i < REQUESTS && failure.get() == null; i++) {
                byte[] path = TestClient.bytes("/" + "x".repeat(random.nextInt(1200)) + "|");
                byte[] message = TestClient.encode(10_000, i, 0, path);
                send(requests, message, 0, 16);
                send(requests, message, 16, message.length);
                receive(responses, reply, 16);
                ByteBuffer header = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
                assertEquals(i, header.getInt(4));
                receive(responses, reply, header.getInt(12));
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError thrown) {
            failure.set(thrown);
        }
    }

    private void send(ByteRingProducer ring, byte[] bytes, int from, int to) throws InterruptedException {
        int at = from;
        while (at < to && failure.get() == null) {
            at += ring.write(bytes, at, to - at);
            if (ring.consumerMayWait()) {
                monitorsDoorbell.release();
            }
            if (at < to && !ring.roomAppeared()) {
                guestsDoorbell.acquire();
            }
        }
    }

    private void receive(ByteRingConsumer ring, byte[] target, int length) throws InterruptedException {
        int at = 0;
        while (at < length && failure.get() == null) {
            at += ring.read(target, at, length - at);
            if (ring.producerMayWait()) {
                monitorsDoorbell.release();
            }
            if (at < length && !ring.moreArrived()) {
                guestsDoorbell.acquire();
            }
        }
    }
}
