package dev.lodge.vmm.agent;

import dev.lodge.vmm.io.ByteRing;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes from a stream, whose reads may block, to a domain's I/O thread, which must not.
 *
 * <p>The reading thread stops reading while the bounded buffer is full. It is a daemon: a read that never returns
 * holds up nobody's exit.
 *
 * <p>Locks: {@code ring} guards every field; the stream is read and {@code arrived} run without it.
 */
public final class InputPump {
    private static final int CAPACITY = 64 << 10;

    private final String name;
    private final InputStream stream;
    private final Runnable arrived;
    private final ByteRing ring = new ByteRing(CAPACITY);
    private @Nullable Thread reader;
    private boolean ended;
    private boolean stopped;
    private int tail;

    /**
     * @param name the reading thread's name
     * @param arrived told, on the reading thread, that there are bytes to take or that the stream has ended
     */
    public InputPump(String name, InputStream stream, Runnable arrived) {
        this.name = name;
        this.stream = stream;
        this.arrived = arrived;
    }

    /** Begins to read; once. */
    public void start() {
        synchronized (ring) {
            if (reader == null) {
                reader = new Thread(null, this::read, name, 0, false);
                reader.setDaemon(true);
                reader.start();
            }
        }
    }

    /** Moves up to {@code length} bytes out, never blocking, and returns how many that were. */
    public int take(byte[] destination, int offset, int length) {
        synchronized (ring) {
            int given = ring.take(destination, offset, length);
            if (given > 0) {
                ring.notifyAll();
            }
            return given;
        }
    }

    /** Whether the stream has ended, by its end or by an error, and every byte has been taken. */
    public boolean isExhausted() {
        synchronized (ring) {
            return ended && ring.used() == 0;
        }
    }

    /** Reads no further; a read under way is left alone. */
    public void stop() {
        synchronized (ring) {
            stopped = true;
            ring.notifyAll();
        }
    }

    private void read() {
        boolean more = true;
        while (more) {
            int room = awaitRoom();
            more = room > 0 && transfer(room);
            arrived.run();
        }
    }

    private int awaitRoom() {
        synchronized (ring) {
            while (ring.free() == 0 && !stopped) {
                try {
                    ring.wait();
                } catch (InterruptedException e) {
                    stopped = true;
                }
            }
            tail = ring.tail();
            return stopped ? 0 : ring.contiguousFree();
        }
    }

    /** Reads once into the free part of the ring, which only this thread fills; false at the end. */
    private boolean transfer(int room) {
        int got;
        try {
            got = stream.read(ring.array(), tail, room);
        } catch (IOException e) {
            got = -1; // the command sees an end of its input, as with a pipe whose writer died
        }
        synchronized (ring) {
            if (got < 0) {
                ended = true;
                return false;
            }
            ring.append(got);
            return true;
        }
    }
}
