package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What {@code statfs(2)} tells of a file system, filled by {@link FileCalls}. One thread at a time. */
public final class FileSystemStatus {
    private final MemorySegment memory = Arena.ofAuto().allocate(statfs.SIZEOF, Long.BYTES);

    /** One that tells nothing yet. */
    public FileSystemStatus() {}

    long address() {
        return memory.address();
    }

    /** Its kind: one of {@code linux/magic.h}. */
    public int type() {
        return (int) memory.get(JAVA_LONG, statfs.f_type$offset);
    }

    /** Bytes in a block. */
    public long blockSize() {
        return memory.get(JAVA_LONG, statfs.f_bsize$offset);
    }

    /** Blocks in all. */
    public long blocks() {
        return memory.get(JAVA_LONG, statfs.f_blocks$offset);
    }

    /** Blocks that are free. */
    public long freeBlocks() {
        return memory.get(JAVA_LONG, statfs.f_bfree$offset);
    }

    /** Blocks that are free for those without privilege. */
    public long availableBlocks() {
        return memory.get(JAVA_LONG, statfs.f_bavail$offset);
    }

    /** Inodes in all. */
    public long files() {
        return memory.get(JAVA_LONG, statfs.f_files$offset);
    }

    /** Inodes that are free. */
    public long freeFiles() {
        return memory.get(JAVA_LONG, statfs.f_ffree$offset);
    }

    /** A number that tells it from others. */
    public long id() {
        return memory.get(JAVA_LONG, statfs.f_fsid$offset);
    }

    /** Bytes in the longest name. */
    public long nameLength() {
        return memory.get(JAVA_LONG, statfs.f_namelen$offset);
    }
}
