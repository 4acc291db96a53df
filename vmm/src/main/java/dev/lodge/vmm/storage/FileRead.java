package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoRing;
import dev.lodge.linux.IoVector;
import org.jspecify.annotations.Nullable;

/** A read of a {@link FileReadQueue}: in pieces, each of one place in one file, that go on at a time and end in any order. */
final class FileRead {

    /** Pieces that one read may have. */
    static final int MOST_PIECES = 16;

    private static final int MOST_CUTS = MOST_PIECES - 1; // each makes two of one piece of memory

    private final int number;
    private @Nullable IoVector split; // what it fills, cut where a piece ends; made when it is first needed
    private int token;
    private int begun;
    private int ended;
    private long bytes;
    private boolean failed;

    /**
     * One to be used again and again.
     *
     * @param number its own among those of a queue, by which a ring names its pieces
     */
    FileRead(int number) {
        this.number = number;
    }

    /** It is that of a token now, and nothing of it has begun. */
    void start(int itsToken) {
        token = itsToken;
        begun = 0;
        ended = 0;
        bytes = 0;
        failed = false;
        if (split != null) {
            split.clear();
        }
    }

    int number() {
        return number;
    }

    int token() {
        return token;
    }

    /** Begins to fill {@code length} bytes of a vector, from {@code at} on, with what is at a position of a file. */
    void beginPiece(IoRing ring, DiskFile file, long position, IoVector into, long at, long length) {
        if (length == into.bytes()) {
            ring.read(file, into, position, number);
        } else {
            IoVector pieces = split();
            int first = pieces.count();
            pieces.addPart(into, at, length);
            ring.read(file, pieces, first, pieces.count() - first, position, number);
        }
        begun++;
    }

    private IoVector split() {
        if (split == null) {
            split = new IoVector(IoVector.MAX_PIECES + MOST_CUTS);
        }
        return split;
    }

    /** So many more bytes are there. */
    void add(long more) {
        bytes += more;
    }

    void fail() {
        failed = true;
    }

    /** All has begun. If that is nothing, the read still ends as others do. */
    void begunAll(IoRing ring) {
        if (begun == 0) {
            ring.readNothing(number);
            begun++;
        }
    }

    /**
     * A piece has ended.
     *
     * @param result bytes that were read, or {@code -errno}
     * @return whether it was the last
     */
    boolean pieceEnded(int result) {
        if (result < 0) {
            failed = true;
        } else {
            bytes += result;
        }
        return ++ended == begun;
    }

    /** Bytes that are there in all; -1 if any piece failed. */
    long bytes() {
        return failed ? -1 : bytes;
    }
}
