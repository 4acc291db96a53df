package dev.lodge.vmm.storage;

import dev.lodge.linux.IoVector;

/**
 * Reads of a storage that go on while their caller does other things, several at a time, and end in any order. Writes,
 * discards and flushes of the storage may be done meanwhile; how much of them a read sees is open, but it sees nothing that is not
 * the disk's. One thread at a time.
 */
public interface ReadQueue extends AutoCloseable {

    /** What becomes readable when a read, or a part of one, has ended that {@link #takeEnded} has not looked at. */
    int fd();

    /** How many reads were begun and not yet taken by {@link #takeEnded}. */
    int pending();

    /**
     * Begins to fill a vector, at the next {@link #submit} at the latest; vector and memory must stay as they are until it has
     * ended. What the storage can only read while its caller waits is read now.
     *
     * @throws IllegalStateException if as many are pending as the queue was made for
     */
    void begin(long position, IoVector into, int token);

    /** Begins what was asked for; what needs no waiting has ended when this returns. */
    void submit();

    /** Submits, and returns when a read, or a part of one, has ended, if one is pending. */
    void await();

    /** Takes a read that has ended, which {@link #token} and {@link #bytes} then tell of; false if there is none. */
    boolean takeEnded();

    /** Which read it was that {@link #takeEnded} took. */
    int token();

    /** How many bytes it has read; below 0 if it failed. If these are not all, only {@link Storage#read} says why. */
    long bytes();

    /** Waits for all that is pending: no memory is written to after this. Once. */
    @Override
    void close();
}
