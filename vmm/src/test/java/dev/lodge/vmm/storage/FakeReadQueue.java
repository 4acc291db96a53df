package dev.lodge.vmm.storage;

import dev.lodge.linux.IoVector;
import java.io.IOException;
import java.util.Arrays;

/** Reads of a {@link FakeStorage} that end when they are submitted, the last one first; or, while they are held, when waited for. */
public final class FakeReadQueue implements ReadQueue {

    private final FakeStorage storage;
    private final IoVector[] vectors;
    private final long[] positions;
    private final int[] tokens;
    private int begun;
    private int ended; // those from here on have
    private int token;
    private long bytes;

    /** Whether reads that are submitted stay pending. */
    public boolean held;

    public boolean closed;

    FakeReadQueue(FakeStorage storage, int most) {
        this.storage = storage;
        vectors = new IoVector[most];
        positions = new long[most];
        tokens = new int[most];
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public int pending() {
        return begun;
    }

    @Override
    public void begin(long position, IoVector into, int name) {
        storage.note("begin", position, into.bytes());
        positions[begun] = position;
        vectors[begun] = into;
        tokens[begun++] = name;
        ended = begun;
    }

    @Override
    public void submit() {
        if (!held) {
            ended = 0;
        }
    }

    @Override
    public void await() {
        ended = 0;
    }

    @Override
    public boolean takeEnded() {
        if (ended >= begun) {
            return false;
        }
        begun--;
        token = tokens[begun];
        IoVector into = vectors[begun];
        bytes = into.bytes();
        try {
            storage.fill(positions[begun], into);
        } catch (IOException failure) {
            bytes = -5;
        }
        return true;
    }

    @Override
    public int token() {
        return token;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(vectors, null);
    }
}
