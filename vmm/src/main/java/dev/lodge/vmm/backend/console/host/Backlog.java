package dev.lodge.vmm.backend.console.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a guest said last, of which a listener takes what it has not heard yet.
 *
 * <pre>
 *   ring:  ... heard and kept | not yet heard ...      the last SIZE bytes of all that was said
 *          taken -------------^               ^------- written; both count from the beginning of time
 * </pre>
 *
 * While somebody listens, what is not yet heard is not overwritten: the guest waits. It does not wait where nobody
 * listens, nor for a listener who has taken nothing for as long as the patience lasts: that one misses the oldest bytes, until
 * it takes some again.
 *
 * <p>{@code this} guards all fields. Whoever speaks never waits; {@code room} and {@code stall} are called without the lock.
 */
final class Backlog {
    static final int SIZE = 16 << 10;

    private final byte[] ring = new byte[SIZE];
    private final long patienceNanos;
    private final Runnable room;
    private final Runnable stall;
    private long written;
    private long taken;
    private long lastTaken;
    private boolean listening;
    private boolean starved;
    private boolean stalled;
    private boolean watched;
    private boolean ended;

    /**
     * @param patienceMillis for how long a listener who takes nothing holds up the guest; 0 for as long as it likes
     * @param room told that {@link #offer} may be tried again; any thread, must not block
     * @param stall told that a listener is no longer waited for; on a thread of the JDK's, may block
     */
    Backlog(long patienceMillis, Runnable room, Runnable stall) {
        patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        this.room = room;
        this.stall = stall;
    }

    /**
     * Takes what the guest says, never blocking.
     *
     * @return how many bytes were taken, from the front; if not all, {@code room} is called later
     */
    synchronized int offer(MemorySegment bytes) {
        int length = (int) bytes.byteSize();
        if (ended) {
            return length;
        }
        boolean waits = listening && !stalled;
        int count = waits ? Math.min(length, SIZE - (int) (written - taken)) : length;
        append(bytes, Math.max(0, count - SIZE), count);
        if (count < length) {
            starved = true;
            watch(patienceNanos);
        }
        if (count > 0) {
            notifyAll();
        }
        return count;
    }

    private void append(MemorySegment bytes, int from, int to) {
        written += from;
        for (int at = from; at < to; ) {
            int place = (int) (written % SIZE);
            int chunk = Math.min(to - at, SIZE - place);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, ring, place, chunk);
            written += chunk;
            at += chunk;
        }
        taken = Math.max(taken, written - SIZE);
    }

    /** Somebody listens from now on, beginning with the oldest bytes that are left. */
    synchronized void listen() {
        listening = true;
        stalled = false;
        taken = Math.max(0, written - SIZE);
        lastTaken = System.nanoTime();
    }

    /** Nobody listens any more; the guest is not held up. */
    void leave() {
        boolean wanted;
        synchronized (this) {
            listening = false;
            wanted = starved;
            starved = false;
        }
        if (wanted) {
            room.run();
        }
    }

    /** Moves what was not yet heard, as far as it fits, never blocking; returns how many bytes that were. */
    int take(ByteBuffer into) {
        boolean wanted;
        int count;
        synchronized (this) {
            count = (int) Math.min(written - taken, into.remaining());
            for (int left = count; left > 0; ) {
                int place = (int) (taken % SIZE);
                int chunk = Math.min(left, SIZE - place);
                into.put(ring, place, chunk);
                taken += chunk;
                left -= chunk;
            }
            stalled = false;
            lastTaken = System.nanoTime();
            wanted = starved && written - taken <= SIZE / 2;
            starved &= !wanted;
        }
        if (wanted) {
            room.run();
        }
        return count;
    }

    /** Puts what was not yet heard, as far as it fits, in the place of what is in a buffer; returns whether there was any. */
    boolean refill(ByteBuffer buffer) {
        int count = take(buffer.clear());
        buffer.flip();
        return count > 0;
    }

    /**
     * As {@link #take}, but waits until there are bytes to be moved.
     *
     * @return how many; 0 when there will be none
     */
    int await(ByteBuffer into) throws InterruptedException {
        synchronized (this) {
            while (written == taken && !ended) {
                wait();
            }
        }
        return take(into);
    }

    /** Whether all was heard. */
    synchronized boolean isEmpty() {
        return written == taken;
    }

    /** Nothing more is said: what comes is dropped, and who waits gets what is left. */
    void end() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        room.run();
    }

    private void watch(long nanos) {
        if (!watched && patienceNanos > 0) {
            watched = true;
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::look);
        }
    }

    /** Whether the listener is still to be waited for. */
    private void look() {
        synchronized (this) {
            watched = false;
            if (!starved || !listening || stalled) {
                return;
            }
            long left = patienceNanos - (System.nanoTime() - lastTaken);
            if (left > 0) {
                watch(left);
                return;
            }
            stalled = true;
            starved = false;
        }
        room.run();
        stall.run();
    }
}
