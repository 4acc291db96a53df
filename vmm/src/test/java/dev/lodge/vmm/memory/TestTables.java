package dev.lodge.vmm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Builds page tables in a piece of guest memory that begins at guest-physical 0, one frame after the other. */
public final class TestTables {

    public static final long PRESENT = 1;
    public static final long WRITABLE = 2;
    public static final long READ_WRITE = PRESENT | WRITABLE;
    static final long LARGE = 1 << 7;
    static final long ACCESSED_DIRTY_GLOBAL_NX = 1L << 5 | 1L << 6 | 1L << 8 | 1L << 63;

    private final MemorySegment memory;
    private final int levels;
    private final long root;
    private long nextTable;

    /**
     * An empty root.
     *
     * @param levels 5 or 4; 3 for PAE; 2 for 32-bit paging
     * @param root where the root lies, a frame; the other tables follow it
     */
    public TestTables(MemorySegment memory, int levels, long root) {
        this.memory = memory;
        this.levels = levels;
        this.root = root;
        nextTable = root + 4096;
    }

    public long root() {
        return root;
    }

    /** Maps a page of 4 KiB, writable. */
    public TestTables map(long linear, long physical) {
        return map(linear, physical, 0, READ_WRITE);
    }

    /**
     * Maps a page.
     *
     * @param leaf the level that maps it, 0 for 4 KiB
     * @param flags of the last entry
     */
    public TestTables map(long linear, long physical, int leaf, long flags) {
        long table = root;
        for (int level = levels - 1; level > leaf; level--) {
            long at = entryOf(table, level, linear);
            if ((get(at) & PRESENT) == 0) {
                boolean topOfPae = levels == 3 && level == 2;
                set(at, nextTable | (topOfPae ? PRESENT : READ_WRITE));
                nextTable += 4096;
            }
            table = get(at) & 0x000f_ffff_ffff_f000L;
        }
        set(entryOf(table, leaf, linear), physical | flags | (leaf > 0 ? LARGE : 0));
        return this;
    }

    /** Changes the entry of a level on the way to an address, which must have been mapped. */
    TestTables change(long linear, int entryLevel, long value) {
        long table = root;
        for (int level = levels - 1; level > entryLevel; level--) {
            table = get(entryOf(table, level, linear)) & 0x000f_ffff_ffff_f000L;
        }
        set(entryOf(table, entryLevel, linear), value);
        return this;
    }

    long entry(long linear, int entryLevel) {
        long table = root;
        for (int level = levels - 1; level > entryLevel; level--) {
            table = get(entryOf(table, level, linear)) & 0x000f_ffff_ffff_f000L;
        }
        return get(entryOf(table, entryLevel, linear));
    }

    private long entryOf(long table, int level, long linear) {
        if (levels == 2) {
            return table + (linear >>> 12 + 10 * level & 0x3ff) * 4;
        }
        return table + (linear >>> 12 + 9 * level & 0x1ff) * 8;
    }

    private long get(long at) {
        return levels == 2
                ? Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, at))
                : memory.get(ValueLayout.JAVA_LONG, at);
    }

    private void set(long at, long value) {
        if (levels == 2) {
            memory.set(ValueLayout.JAVA_INT, at, (int) value);
        } else {
            memory.set(ValueLayout.JAVA_LONG, at, value);
        }
    }
}
