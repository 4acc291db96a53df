package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Pieces of memory that one transfer fills or empties one after the other: an array of {@code struct iovec}, and what it points
 * to. Allocates nothing once made. One thread at a time.
 */
public final class IoVector {
    /** UIO_MAXIOV: the kernel takes no more pieces at once. */
    public static final int MAX_PIECES = 1024;

    private static final int MOST_CAPACITY = 2 * MAX_PIECES;

    private final MemorySegment array;
    private final MemorySegment[] segments;
    private final long[] offsets;
    private final long[] lengths;
    private int count;
    private long bytes;

    /**
     * An empty one.
     *
     * @param capacity pieces that it can hold, 1 to twice {@link #MAX_PIECES}; with more than those, it is for several transfers
     */
    public IoVector(int capacity) {
        if (capacity < 1 || capacity > MOST_CAPACITY) {
            throw new IllegalArgumentException("a vector of " + capacity + " pieces");
        }
        array = Arena.ofAuto().allocate(capacity * iovec.SIZEOF, Long.BYTES);
        segments = new MemorySegment[capacity];
        offsets = new long[capacity];
        lengths = new long[capacity];
    }

    /** Forgets all pieces. */
    public void clear() {
        count = 0;
        bytes = 0;
    }

    /** How many pieces there are. */
    public int count() {
        return count;
    }

    /** How many more it can hold. */
    public int room() {
        return segments.length - count;
    }

    /** Bytes in all pieces. */
    public long bytes() {
        return bytes;
    }

    /**
     * Adds a piece of native memory, which must stay as long as the vector is used.
     *
     * @throws IllegalStateException if there is no room
     * @throws IndexOutOfBoundsException if the segment has no such range
     * @throws IllegalArgumentException if it is on the Java heap
     */
    public void add(MemorySegment segment, long offset, long length) {
        if (count == segments.length) {
            throw new IllegalStateException("a vector of " + count + " pieces is full");
        }
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        array.set(JAVA_LONG, count * iovec.SIZEOF + iovec.iov_base$offset, Syscall.address(segment, 0) + offset);
        array.set(JAVA_LONG, count * iovec.SIZEOF + iovec.iov_len$offset, length);
        segments[count] = segment;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        bytes += length;
    }

    /** Adds all pieces of another. */
    public void addAll(IoVector other) {
        for (int i = 0; i < other.count; i++) {
            add(other.segments[i], other.offsets[i], other.lengths[i]);
        }
    }

    /**
     * Adds a part of another.
     *
     * @param from bytes from the other's start
     * @throws IndexOutOfBoundsException if the other has no such range
     */
    public void addPart(IoVector other, long from, long length) {
        Objects.checkFromIndexSize(from, length, other.bytes);
        long skip = from;
        long left = length;
        for (int i = 0; i < other.count && left > 0; i++) {
            long here = Math.min(other.lengths[i] - skip, left);
            if (here > 0) {
                add(other.segments[i], other.offsets[i] + skip, here);
                left -= here;
            }
            skip = Math.max(0, skip - other.lengths[i]);
        }
    }

    /** Copies from a buffer into a part of it. */
    public void fill(long at, MemorySegment from, long fromOffset, long length) {
        copy(at, from, fromOffset, length, true);
    }

    /** Copies a part of it to a buffer. */
    public void drain(long at, MemorySegment into, long intoOffset, long length) {
        copy(at, into, intoOffset, length, false);
    }

    private void copy(long at, MemorySegment buffer, long bufferOffset, long length, boolean fill) {
        Objects.checkFromIndexSize(at, length, bytes);
        long skip = at;
        long done = 0;
        for (int i = 0; i < count && done < length; i++) {
            long here = Math.min(lengths[i] - skip, length - done);
            if (here > 0) {
                if (fill) {
                    MemorySegment.copy(buffer, bufferOffset + done, segments[i], offsets[i] + skip, here);
                } else {
                    MemorySegment.copy(segments[i], offsets[i] + skip, buffer, bufferOffset + done, here);
                }
                done += here;
            }
            skip = Math.max(0, skip - lengths[i]);
        }
    }

    /** Sets a part of it to zeroes. */
    public void zero(long at, long length) {
        Objects.checkFromIndexSize(at, length, bytes);
        long skip = at;
        long left = length;
        for (int i = 0; i < count && left > 0; i++) {
            long here = Math.min(lengths[i] - skip, left);
            if (here > 0) {
                segments[i].asSlice(offsets[i] + skip, here).fill((byte) 0);
                left -= here;
            }
            skip = Math.max(0, skip - lengths[i]);
        }
    }

    /** Where the array is, for the kernel; the vector must stay reachable. */
    long address() {
        return addressOfEntry(0);
    }

    /** Where the array is from a piece's entry on. */
    long addressOfEntry(int piece) {
        return array.address() + piece * iovec.SIZEOF;
    }

    /** Where a piece is. */
    long address(int piece) {
        return segments[piece].address() + offsets[piece];
    }

    /** Bytes in a piece. */
    long length(int piece) {
        return lengths[piece];
    }

    /** Cuts so many bytes off the front: they have been transferred. */
    void consume(long transferred) {
        long left = transferred;
        int first = 0;
        while (first < count && left >= lengths[first]) {
            left -= lengths[first++];
        }
        int remaining = count - first;
        MemorySegment[] oldSegments = new MemorySegment[remaining];
        long[] oldOffsets = new long[remaining];
        long[] oldLengths = new long[remaining];
        System.arraycopy(segments, first, oldSegments, 0, remaining);
        System.arraycopy(offsets, first, oldOffsets, 0, remaining);
        System.arraycopy(lengths, first, oldLengths, 0, remaining);
        clear();
        for (int i = 0; i < remaining; i++) {
            add(oldSegments[i], oldOffsets[i] + left, oldLengths[i] - left);
            left = 0;
        }
    }
}
