package dev.lodge.vmm.backend.console.host;

import dev.lodge.vmm.io.ByteRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * What somebody on the host typed, until the guest reads it. When it is full nothing more is read on the host.
 *
 * <p>{@code this} guards all fields; {@code room} is called without the lock.
 */
final class Keys {
    private static final int SIZE = 16 << 10;
    private static final int PIECE = 1024;

    private final ByteRing ring = new ByteRing(SIZE);
    private final byte[] piece = new byte[PIECE];
    private final Runnable room;
    private boolean refused;
    private boolean ended;

    /** @param room told that {@link #put} may be tried again; on the I/O thread, must not block */
    Keys(Runnable room) {
        this.room = room;
    }

    /** Gives the guest what was typed, as far as it fits, never blocking; returns how many bytes that were. */
    int take(MemorySegment into) {
        int count;
        boolean wanted;
        synchronized (this) {
            count = ring.take(piece, 0, (int) Math.min(into.byteSize(), PIECE));
            MemorySegment.copy(piece, 0, into, ValueLayout.JAVA_BYTE, 0, count);
            wanted = refused && count > 0;
            refused &= !wanted;
            if (wanted) {
                notifyAll();
            }
        }
        if (wanted) {
            room.run();
        }
        return count;
    }

    /** How many bytes may be put; when there are none, {@code room} is called later. */
    synchronized int room() {
        refused |= ring.free() == 0;
        return ended ? 0 : ring.free();
    }

    /** As {@link #room}, but waits for some; 0 when there will be none. */
    synchronized int awaitRoom() throws InterruptedException {
        while (room() == 0 && !ended) {
            wait();
        }
        return room();
    }

    /** Takes as many of the buffer's bytes as there is room for. */
    synchronized void put(ByteBuffer typed) {
        ring.put(typed);
    }

    /** The guest reads no more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
