package dev.lodge.vmm.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Frames of a guest, each as an offset in a piece of memory, so that none needs an object of its own. One thread at a time. */
public final class FrameList {

    private MemorySegment[] memories = new MemorySegment[16];
    private long[] offsets = new long[16];
    private int count;

    /** Forgets all. */
    public void clear() {
        count = 0;
    }

    /** Adds the frame that begins at an offset of a piece of memory. */
    public void add(MemorySegment memory, long offset) {
        if (count == offsets.length) {
            memories = Arrays.copyOf(memories, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        memories[count] = memory;
        offsets[count++] = offset;
    }

    public int count() {
        return count;
    }

    /** What holds a frame; it may hold others, too. */
    public MemorySegment memory(int index) {
        return memories[index];
    }

    /** Where a frame begins in its {@link #memory}. */
    public long offset(int index) {
        return offsets[index];
    }
}
