package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * Memory shared with another domain that looks like one piece and need not be: the frames of a ring, one after the other.
 *
 * <p>It is copied to and from, never looked into: what is in it changes under everybody's eyes. Allocates nothing. Any thread.
 */
public final class SharedPages {

    private final MemorySegment[] pages;
    private final int shift;
    private final long size;

    private SharedPages(MemorySegment[] pages, int shift, long size) {
        this.pages = pages;
        this.shift = shift;
        this.size = size;
    }

    /** One piece of any size. */
    public static SharedPages of(MemorySegment piece) {
        return new SharedPages(new MemorySegment[] {piece}, Long.SIZE - 1, piece.byteSize());
    }

    /**
     * Frames in the order of their addresses.
     *
     * @param frames one or more, each of {@link FrameNumber#FRAME_SIZE} bytes
     * @throws IllegalArgumentException if there is none, or one has another size
     */
    public static SharedPages of(List<MemorySegment> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("no frame to share");
        }
        for (MemorySegment frame : frames) {
            if (frame.byteSize() != FrameNumber.FRAME_SIZE) {
                throw new IllegalArgumentException("a frame of " + frame.byteSize() + " bytes");
            }
        }
        MemorySegment[] pages = frames.toArray(new MemorySegment[0]);
        return new SharedPages(pages, FrameNumber.FRAME_SHIFT, (long) pages.length << FrameNumber.FRAME_SHIFT);
    }

    /** Bytes in all of it. */
    public long byteSize() {
        return size;
    }

    /** The first frame, or the one piece: where rings have their indices. */
    public MemorySegment first() {
        return pages[0];
    }

    /**
     * Copies out of it.
     *
     * @throws IndexOutOfBoundsException if one side has no such range
     */
    public void read(long from, MemorySegment into, long at, long length) {
        Objects.checkFromIndexSize(from, length, size);
        long done = 0;
        while (done < length) {
            int page = (int) (from + done >>> shift);
            long offset = from + done - ((long) page << shift);
            long count = Math.min(length - done, pages[page].byteSize() - offset);
            MemorySegment.copy(pages[page], offset, into, at + done, count);
            done += count;
        }
    }

    /** Like {@link #read(long, MemorySegment, long, long)}, into an array. */
    public void read(long from, byte[] into, int at, int length) {
        Objects.checkFromIndexSize(from, length, size);
        int done = 0;
        while (done < length) {
            int page = (int) (from + done >>> shift);
            long offset = from + done - ((long) page << shift);
            int count = (int) Math.min(length - done, pages[page].byteSize() - offset);
            MemorySegment.copy(pages[page], ValueLayout.JAVA_BYTE, offset, into, at + done, count);
            done += count;
        }
    }

    /**
     * Copies into it.
     *
     * @throws IndexOutOfBoundsException if one side has no such range
     */
    public void write(long to, MemorySegment from, long at, long length) {
        Objects.checkFromIndexSize(to, length, size);
        long done = 0;
        while (done < length) {
            int page = (int) (to + done >>> shift);
            long offset = to + done - ((long) page << shift);
            long count = Math.min(length - done, pages[page].byteSize() - offset);
            MemorySegment.copy(from, at + done, pages[page], offset, count);
            done += count;
        }
    }

    /** Like {@link #write(long, MemorySegment, long, long)}, from an array. */
    public void write(long to, byte[] from, int at, int length) {
        Objects.checkFromIndexSize(to, length, size);
        int done = 0;
        while (done < length) {
            int page = (int) (to + done >>> shift);
            long offset = to + done - ((long) page << shift);
            int count = (int) Math.min(length - done, pages[page].byteSize() - offset);
            MemorySegment.copy(from, at + done, pages[page], ValueLayout.JAVA_BYTE, offset, count);
            done += count;
        }
    }
}
