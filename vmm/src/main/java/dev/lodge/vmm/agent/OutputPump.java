package dev.lodge.vmm.agent;

import dev.lodge.vmm.io.ByteRing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes from a domain's I/O thread, which must not block, to a stream, whose writes may.
 *
 * <p>A bounded buffer stands between; when it is full {@link #offer} takes fewer bytes than it is given, and the
 * listener hears when there is room again. The writing thread starts with the first byte. A stream that fails
 * (a closed pipe) swallows the rest, so that the guest is not held up for ever.
 *
 * <p>Locks: {@code ring} guards every field; the listener is called and the stream written without it.
 */
public final class OutputPump {
    private static final int CAPACITY = 128 << 10;

    /** Hears what happens at the stream's end. Called on the writing thread. */
    public interface Listener {
        /** There is room again after {@link #offer} took fewer bytes than it was given. */
        void room();

        /** The stream failed; whatever is offered from now on is dropped. */
        void broken(IOException cause);
    }

    private final String name;
    private final OutputStream stream;
    private final Listener listener;
    private final ByteRing ring = new ByteRing(CAPACITY);
    private @Nullable Thread writer;
    private boolean starved;
    private boolean finished;
    private boolean broken;

    /**
     * @param name the writing thread's name
     * @param stream written and flushed by one thread, never closed
     */
    public OutputPump(String name, OutputStream stream, Listener listener) {
        this.name = name;
        this.stream = stream;
        this.listener = listener;
    }

    /**
     * Takes as many of the buffer's remaining bytes as there is room for, never blocking, and returns how many that
     * were. When they are fewer than offered, the listener hears of room later.
     */
    public int offer(ByteBuffer source) {
        synchronized (ring) {
            if (broken || finished) {
                int dropped = source.remaining();
                source.position(source.limit());
                return dropped;
            }
            int taken = ring.put(source);
            starved |= source.hasRemaining();
            if (writer == null && taken > 0) {
                writer = startWriter();
            }
            ring.notifyAll();
            return taken;
        }
    }

    /** Whether {@code length} bytes, at most 64 KiB, could be offered and taken; if not, the listener hears of room. */
    public boolean hasRoom(int length) {
        synchronized (ring) {
            boolean room = broken || finished || ring.free() >= length;
            starved |= !room;
            return room;
        }
    }

    /** Lets the writing thread end once all bytes are written. */
    public void finish() {
        synchronized (ring) {
            finished = true;
            ring.notifyAll();
        }
    }

    /** Finishes and waits until the stream has taken every byte, or failed. */
    public void finishAndWait() throws InterruptedException {
        finish();
        Thread running;
        synchronized (ring) {
            running = writer;
        }
        if (running != null) {
            running.join();
        }
    }

    private Thread startWriter() {
        Thread thread = new Thread(null, this::write, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void write() {
        try {
            int length = awaitBytes();
            while (length > 0) {
                stream.write(ring.array(), ring.head(), length);
                stream.flush();
                if (release(length)) {
                    listener.room();
                }
                length = awaitBytes();
            }
        } catch (IOException e) {
            giveUp();
            listener.broken(e);
            listener.room();
        }
    }

    /** The bytes that may be written from the ring's head; 0 when there will be none. */
    private int awaitBytes() {
        synchronized (ring) {
            while (ring.used() == 0 && !finished) {
                try {
                    ring.wait();
                } catch (InterruptedException e) {
                    finished = true;
                }
            }
            return ring.contiguousUsed();
        }
    }

    /** Whether the far side waits for room and half of the buffer is free. */
    private boolean release(int length) {
        synchronized (ring) {
            ring.discard(length);
            boolean wanted = starved && ring.free() >= CAPACITY / 2;
            starved &= !wanted;
            return wanted;
        }
    }

    private void giveUp() {
        synchronized (ring) {
            broken = true;
            ring.discard(ring.used());
        }
    }
}
