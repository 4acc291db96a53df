package dev.lodge.vmm.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PumpTest {
    private static final byte[] MEBIBYTE = new byte[1 << 20];

    static {
        new Random(1).nextBytes(MEBIBYTE);
    }

    private final Semaphore room = new Semaphore(0);
    private final CountDownLatch broken = new CountDownLatch(1);
    private final OutputPump.Listener listener = new OutputPump.Listener() {
        @Override
        public void room() {
            room.release();
        }

        @Override
        public void broken(IOException cause) {
            broken.countDown();
        }
    };

    @Test
    void whatIsOfferedInPiecesArrivesInOrder() throws InterruptedException {
        var sink = new ByteArrayOutputStream();
        var pump = new OutputPump("test", sink, listener);
        ByteBuffer source = ByteBuffer.wrap(MEBIBYTE);

        while (source.hasRemaining()) {
            if (pump.offer(source) == 0) {
                room.acquire();
            }
        }
        pump.finishAndWait();

        assertArrayEquals(MEBIBYTE, sink.toByteArray());
    }

    @Test
    void aStreamThatBlocksHoldsUpTheOffererWhoHearsOfRoomLater() throws InterruptedException {
        var gate = new CountDownLatch(1);
        var pump = new OutputPump("test", new GatedStream(gate, OutputStream.nullOutputStream()), listener);
        ByteBuffer source = ByteBuffer.wrap(MEBIBYTE);

        while (pump.offer(source) > 0) {
            // until it is full
        }

        assertTrue(source.hasRemaining());
        assertFalse(pump.hasRoom(1));
        assertEquals(0, room.availablePermits());
        gate.countDown();
        room.acquire();
        assertTrue(pump.hasRoom(1));
    }

    @Test
    void aStreamThatFailsSwallowsTheRest() throws InterruptedException {
        var pump = new OutputPump("test", new ClosedPipe(), listener);

        pump.offer(ByteBuffer.wrap(new byte[10]));
        broken.await();

        assertEquals(MEBIBYTE.length, pump.offer(ByteBuffer.wrap(MEBIBYTE)));
        pump.finishAndWait();
    }

    @Test
    void aPumpThatCarriedNothingFinishesWithoutAThread() throws InterruptedException {
        new OutputPump("test", new ClosedPipe(), listener).finishAndWait();

        assertEquals(1, broken.getCount());
    }

    @Test
    void whatIsReadArrivesInOrderAndThenTheEnd() throws InterruptedException {
        var arrived = new Semaphore(0);
        var pump = new InputPump("test", new ByteArrayInputStream(MEBIBYTE), arrived::release);
        byte[] received = new byte[MEBIBYTE.length];
        int length = 0;

        pump.start();
        while (!pump.isExhausted()) {
            int got = pump.take(received, length, 1000);
            length += got;
            if (got == 0 && !pump.isExhausted()) {
                arrived.acquire();
            }
        }

        assertEquals(MEBIBYTE.length, length);
        assertArrayEquals(MEBIBYTE, received);
    }

    @Test
    void aReadThatFailsCountsAsTheEnd() throws InterruptedException {
        var arrived = new Semaphore(0);
        var pump = new InputPump("test", new FailingInput(), arrived::release);

        pump.start();
        arrived.acquire();

        assertTrue(pump.isExhausted());
    }

    @Test
    void theReaderReadsNoFurtherThanItsBuffer() throws InterruptedException {
        var arrived = new Semaphore(0);
        var source = new ByteArrayInputStream(MEBIBYTE);
        var pump = new InputPump("test", source, arrived::release);

        pump.start();
        arrived.acquire();
        pump.stop();
        arrived.acquire(); // its last word

        assertEquals(MEBIBYTE.length - (64 << 10), source.available());
    }

    private static final class FailingInput extends InputStream {
        @Override
        public int read() {
            throw new AssertionError("pumps read pieces");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("Input/output error");
        }
    }
}
