package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What {@code stat(2)} tells of a file, filled again and again by {@link FileCalls}. One thread at a time. */
public final class FileStatus {
    private final MemorySegment memory = Arena.ofAuto().allocate(stat.SIZEOF, Long.BYTES);

    /** One that tells nothing yet. */
    public FileStatus() {}

    long address() {
        return memory.address();
    }

    /** The file system, by its device number as the kernel encodes it for programs. */
    public long device() {
        return memory.get(JAVA_LONG, stat.st_dev$offset);
    }

    /** The number within the file system. */
    public long inode() {
        return memory.get(JAVA_LONG, stat.st_ino$offset);
    }

    /** How many names it has. */
    public long links() {
        return memory.get(JAVA_LONG, stat.st_nlink$offset);
    }

    /** Kind and permission bits: {@code S_*} of {@link FileConstant}. */
    public int mode() {
        return memory.get(JAVA_INT, stat.st_mode$offset);
    }

    /** Its kind: one of {@code S_IF*}. */
    public int kind() {
        return mode() & FileConstant.S_IFMT;
    }

    public boolean isDirectory() {
        return kind() == FileConstant.S_IFDIR;
    }

    public boolean isRegular() {
        return kind() == FileConstant.S_IFREG;
    }

    /** The owner. */
    public int uid() {
        return memory.get(JAVA_INT, stat.st_uid$offset);
    }

    /** The group. */
    public int gid() {
        return memory.get(JAVA_INT, stat.st_gid$offset);
    }

    /** Of a device node, its device. */
    public long nodeDevice() {
        return memory.get(JAVA_LONG, stat.st_rdev$offset);
    }

    /** Bytes in it. */
    public long size() {
        return memory.get(JAVA_LONG, stat.st_size$offset);
    }

    /** Bytes in which it likes to be read. */
    public long blockSize() {
        return memory.get(JAVA_LONG, stat.st_blksize$offset);
    }

    /** What it takes of its file system, in blocks of 512 bytes. */
    public long blocks() {
        return memory.get(JAVA_LONG, stat.st_blocks$offset);
    }

    /** When it was last read, in seconds since 1970. */
    public long accessSeconds() {
        return memory.get(JAVA_LONG, stat.st_atim$offset);
    }

    /** The rest of that, in nanoseconds. */
    public long accessNanos() {
        return memory.get(JAVA_LONG, stat.st_atim$offset + Long.BYTES);
    }

    /** When its content last changed, in seconds since 1970. */
    public long modificationSeconds() {
        return memory.get(JAVA_LONG, stat.st_mtim$offset);
    }

    /** The rest of that, in nanoseconds. */
    public long modificationNanos() {
        return memory.get(JAVA_LONG, stat.st_mtim$offset + Long.BYTES);
    }

    /** When anything about it last changed, in seconds since 1970. */
    public long changeSeconds() {
        return memory.get(JAVA_LONG, stat.st_ctim$offset);
    }

    /** The rest of that, in nanoseconds. */
    public long changeNanos() {
        return memory.get(JAVA_LONG, stat.st_ctim$offset + Long.BYTES);
    }
}
