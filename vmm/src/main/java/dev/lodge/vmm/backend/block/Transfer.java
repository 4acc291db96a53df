package dev.lodge.vmm.backend.block;

import dev.lodge.linux.IoVector;
import dev.lodge.vmm.storage.ReadQueue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads, or writes, of which each begins where the one before ends: done as one. If that fails, each is done by itself, so that
 * each has its own answer.
 */
final class Transfer {

    private static final int MOST_REQUESTS = 128;
    private static final long MOST_READ = 4 << 20;

    /** Linux's tmpfs (6.12) looks at all the rest of a long write again for each page. */
    private static final long MOST_WRITTEN = 128 << 10;

    private final Disk disk;
    private final int number;
    private final IoVector pieces = new IoVector(IoVector.MAX_PIECES);
    private final IoVector working;
    private final long[] ids = new long[MOST_REQUESTS];
    private final int[] operations = new int[MOST_REQUESTS];
    private final long[] ends = new long[MOST_REQUESTS]; // bytes up to the end of each
    private final Borrowed borrowed = new Borrowed();
    private int count;
    private boolean write;
    private long position;

    /** Hears how each request of a transfer ended. */
    interface Outcome {
        /** {@code failure} is null if it was done. */
        void done(long id, int operation, @Nullable IOException failure);
    }

    /**
     * An empty one.
     *
     * @param number its own among those of a queue
     * @param working room for a part of what is transferred, which transfers of a queue may share
     */
    Transfer(Disk disk, int number, IoVector working) {
        this.disk = disk;
        this.number = number;
        this.working = working;
    }

    /** The grants that are mapped for it. */
    Borrowed borrowed() {
        return borrowed;
    }

    boolean isRead() {
        return !write;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether a request continues what is gathered, and has room in it; any does if nothing is. */
    boolean fits(boolean writes, long at, int itsPieces) {
        return count == 0
                || writes == write
                        && at == position + pieces.bytes()
                        && count < MOST_REQUESTS
                        && pieces.bytes() < (write ? MOST_WRITTEN : MOST_READ)
                        && itsPieces <= pieces.room();
    }

    /** Begins a request that {@link #fits}; its pieces are added to what this returns, then {@link #end} is called. */
    IoVector begin(boolean writes, long at) {
        if (count == 0) {
            write = writes;
            position = at;
            pieces.clear();
        }
        return pieces;
    }

    void end(long id, int operation) {
        ids[count] = id;
        operations[count] = operation;
        ends[count++] = pieces.bytes();
    }

    /** Begins a read of all that is gathered; {@link #ended} comes next. */
    void beginRead(ReadQueue reads) {
        disk.awaitTurn(pieces.bytes(), count);
        reads.begin(position, pieces, number);
    }

    /**
     * What was begun has ended.
     *
     * @param bytes that were read; if these are not all, it is done again, to see why
     */
    void ended(long bytes, Outcome outcome) {
        if (bytes == pieces.bytes()) {
            tellAll(outcome, null);
        } else {
            attemptAll(outcome);
        }
    }

    /** Does all that is gathered. */
    void run(Outcome outcome) {
        disk.awaitTurn(pieces.bytes(), count);
        attemptAll(outcome);
    }

    private void attemptAll(Outcome outcome) {
        IOException failure = attempt(0, pieces.bytes());
        if (failure == null || count == 1) {
            tellAll(outcome, failure);
            return;
        }
        long start = 0;
        for (int i = 0; i < count; i++) {
            outcome.done(ids[i], operations[i], attempt(start, ends[i] - start));
            start = ends[i];
        }
        count = 0;
    }

    private void tellAll(Outcome outcome, @Nullable IOException failure) {
        for (int i = 0; i < count; i++) {
            outcome.done(ids[i], operations[i], failure);
        }
        count = 0;
    }

    private @Nullable IOException attempt(long from, long length) {
        working.clear();
        working.addPart(pieces, from, length);
        try {
            if (write) {
                disk.storage().write(position + from, working);
            } else {
                disk.storage().read(position + from, working);
            }
            return null;
        } catch (IOException failure) {
            return failure;
        }
    }
}
