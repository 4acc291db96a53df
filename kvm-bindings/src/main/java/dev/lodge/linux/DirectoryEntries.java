package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A part of a directory, as {@code getdents64(2)} tells it: entries one after the other, of which one is looked at. One thread
 * at a time; allocates nothing once it is there.
 */
public final class DirectoryEntries {
    private final MemorySegment memory;
    private long end;
    private long entry;
    private int nameLength;

    /** Room for so many bytes of entries; one takes up to 280. */
    public DirectoryEntries(int capacity) {
        memory = Arena.ofAuto().allocate(capacity, Long.BYTES);
    }

    /**
     * Reads on in a directory that is open for reading.
     *
     * @param limit bytes of entries to ask for
     * @return bytes read, 0 at the directory's end, or {@code -errno}
     */
    public long fill(FileCalls calls, int fd, int limit) {
        long count = calls.entries(fd, memory, Math.min(limit, memory.byteSize()));
        end = Math.max(count, 0);
        entry = -1;
        return count;
    }

    /** Goes to the first entry, or the next one; whether there is one. */
    public boolean next() {
        entry = entry < 0 ? 0 : entry + Short.toUnsignedInt(memory.get(JAVA_SHORT, entry + dirent64.d_reclen$offset));
        if (entry >= end) {
            return false;
        }
        nameLength = 0;
        while (memory.get(JAVA_BYTE, entry + dirent64.d_name$offset + nameLength) != 0) {
            nameLength++;
        }
        return true;
    }

    /** The entry's inode. */
    public long inode() {
        return memory.get(JAVA_LONG, entry + dirent64.d_ino$offset);
    }

    /** Where {@link FileCalls#seek} goes to read on behind the entry. */
    public long offset() {
        return memory.get(JAVA_LONG, entry + dirent64.d_off$offset);
    }

    /** Its kind: {@code DT_*}. */
    public int type() {
        return memory.get(JAVA_BYTE, entry + dirent64.d_type$offset);
    }

    /** Bytes in its name. */
    public int nameLength() {
        return nameLength;
    }

    /** Whether it is {@code ..}. */
    public boolean isParent() {
        long name = entry + dirent64.d_name$offset;
        return nameLength == 2 && memory.get(JAVA_BYTE, name) == '.' && memory.get(JAVA_BYTE, name + 1) == '.';
    }

    /** Copies its name elsewhere. */
    public void copyName(MemorySegment target, long offset) {
        MemorySegment.copy(memory, entry + dirent64.d_name$offset, target, offset, nameLength);
    }
}
