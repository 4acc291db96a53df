package dev.lodge.vmm.storage;

import dev.lodge.linux.IoVector;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a disk. Every position and length is a multiple of {@link #SECTOR_SIZE}; a range beyond {@link #size} is an
 * error of the caller's. One thread at a time.
 */
public interface Storage extends Closeable {

    /** The unit of positions and lengths, in bytes. */
    int SECTOR_SIZE = 512;

    /** Bytes in it, a multiple of {@link #SECTOR_SIZE}; it may change, by what is done to it elsewhere. */
    long size();

    /** Whether it can be written to. */
    boolean isWritable();

    /** Bytes in the smallest write that costs no read, a power of two: what a guest should align to. */
    int blockSize();

    /** Whether {@link #discard} gives something back. */
    boolean canDiscard();

    /**
     * Fills a vector.
     *
     * @param into is empty afterwards, or in no particular state if this fails
     * @throws IOException if it cannot be read: one line that says what, where and why
     */
    void read(long position, IoVector into) throws IOException;

    /**
     * Writes all of a vector; it is durable after the next {@link #flush}.
     *
     * @param from is empty afterwards, or in no particular state if this fails
     * @throws IOException if it cannot be written
     */
    void write(long position, IoVector from) throws IOException;

    /**
     * A queue for reads that go on several at a time. It is closed before the storage.
     *
     * @param most how many may be pending
     * @return null if the storage only reads while its caller waits
     */
    default @Nullable ReadQueue readQueue(int most) {
        return null;
    }

    /** Returns when all that was written is durable. */
    void flush() throws IOException;

    /** Forgets a range: what is read of it afterwards may be anything, but nobody else's. */
    void discard(long position, long length) throws IOException;

    /** Flushes it and gives it back. Closing twice is closing once. */
    @Override
    void close() throws IOException;
}
