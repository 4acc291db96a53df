package dev.lodge.vmm.network;

import org.jspecify.annotations.Nullable;

/**
 * Frames on their way to one interface, from several others that take turns: whoever sends much waits for itself and not in
 * front of the others.
 *
 * <p>It holds so many frames and no more. A sender may have half of what is left, so one that fills its part leaves room for
 * the next. Buffers are made when they are first needed, and kept.
 *
 * <p>Lock: this object guards the lists and whose a buffer is; frames are copied outside of it, by their sender, and read by the
 * receiver where they are. Any number of senders, one receiver.
 */
final class FairQueue {

    static final int SMALL_FRAMES = 512;
    static final int LARGE_FRAMES = 96;

    /** Bytes that a small buffer has room for: a frame of an ordinary network. */
    static final int SMALL = 1_600;

    private static final int NONE = -1;

    /** Buffers of one size: taken from the front, put back at the front, so that few are ever made. */
    private static final class Pool {
        private final @Nullable Frame[] frames;
        private final int base;
        private final int capacity;
        private int free = NONE;
        private int made;
        private int used;

        Pool(int size, int base, int capacity) {
            frames = new @Nullable Frame[size];
            this.base = base;
            this.capacity = capacity;
        }

        int room() {
            return frames.length - used;
        }
    }

    private final Pool small = new Pool(SMALL_FRAMES, 0, SMALL);
    private final Pool large = new Pool(LARGE_FRAMES, SMALL_FRAMES, Frame.MAX_LENGTH);
    private final int[] after = new int[SMALL_FRAMES + LARGE_FRAMES];

    // By sender: its frames, first and last, and how many it has of each size.
    private final int[] first;
    private final int[] last;
    private final int[] smallHeld;
    private final int[] largeHeld;
    private int turn;
    private int queued;
    private int lent = NONE; // what the receiver has
    private int lentOf; // whose it was
    private boolean closed;

    /** For so many senders, numbered from 0. */
    FairQueue(int senders) {
        first = new int[senders];
        last = new int[senders];
        smallHeld = new int[senders];
        largeHeld = new int[senders];
        for (int sender = 0; sender < senders; sender++) {
            first[sender] = NONE;
        }
    }

    /**
     * Adds a copy of a frame.
     *
     * @return false if the sender's part is full, and nothing was added
     */
    boolean offer(int sender, Frame frame) {
        Pool pool = frame.length() <= SMALL ? small : large;
        int[] held = pool == small ? smallHeld : largeHeld;
        int taken;
        Frame buffer;
        synchronized (this) {
            if (closed || held[sender] >= pool.room()) {
                return false;
            }
            held[sender]++;
            taken = take(pool);
            buffer = frameOf(taken);
        }
        buffer.copy(frame);
        synchronized (this) {
            if (closed) {
                return false;
            }
            after[taken] = NONE;
            if (first[sender] == NONE) {
                first[sender] = taken;
            } else {
                after[last[sender]] = taken;
            }
            last[sender] = taken;
            queued++;
        }
        return true;
    }

    /** Takes the next frame, of the sender whose turn it is, and gives back the one before; null if there is none. */
    synchronized @Nullable Frame poll() {
        giveBack();
        if (queued == 0 || closed) {
            return null;
        }
        int sender = turn;
        while (first[sender] == NONE) {
            sender = sender + 1 == first.length ? 0 : sender + 1;
        }
        turn = sender + 1 == first.length ? 0 : sender + 1;
        lent = first[sender];
        lentOf = sender;
        first[sender] = after[lent];
        queued--;
        return frameOf(lent);
    }

    private void giveBack() {
        if (lent != NONE) {
            Pool pool = poolOf(lent);
            (pool == small ? smallHeld : largeHeld)[lentOf]--;
            after[lent] = pool.free;
            pool.free = lent;
            pool.used--;
            lent = NONE;
        }
    }

    synchronized boolean isEmpty() {
        return queued == 0;
    }

    /** Takes no more frames. */
    synchronized void close() {
        closed = true;
    }

    private int take(Pool pool) {
        int taken = pool.free;
        if (taken == NONE) {
            taken = pool.base + pool.made;
            pool.frames[pool.made++] = new Frame(pool.capacity);
        } else {
            pool.free = after[taken];
        }
        pool.used++;
        return taken;
    }

    private Frame frameOf(int index) {
        Pool pool = poolOf(index);
        Frame frame = pool.frames[index - pool.base];
        if (frame == null) {
            throw new AssertionError("buffer " + index + " was never made");
        }
        return frame;
    }

    private Pool poolOf(int index) {
        return index < SMALL_FRAMES ? small : large;
    }
}
