package dev.lodge.vmm.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What tells that a file is still the one that was looked at, without reading it, as git's index has it.
 *
 * @param device the file system's number
 * @param inode the file's number
 * @param size in bytes
 * @param modified when its content last changed, in nanoseconds since 1970
 * @param changed when its inode last changed, which no program can set back
 */
record FileStamp(long device, long inode, long size, long modified, long changed) {

    /** Bytes that {@link #writeTo} writes. */
    static final int ENCODED_SIZE = 5 * Long.BYTES;

    /** Two changes may have the same time if the file system's clock is coarse. */
    private static final long RACY_NANOSECONDS = TimeUnit.SECONDS.toNanos(2);

    /**
     * Looks at {@code file}, through symbolic links.
     *
     * @throws IOException if it is not there or must not be looked at
     */
    static FileStamp of(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
        return new FileStamp(
                number(attributes, "dev"),
                number(attributes, "ino"),
                number(attributes, "size"),
                nanoseconds(attributes, "lastModifiedTime"),
                nanoseconds(attributes, "ctime"));
    }

    /** Equality, without the machinery that a record's {@code equals} sets up at its first call. */
    boolean isSame(FileStamp other) {
        return device == other.device
                && inode == other.inode
                && size == other.size
                && modified == other.modified
                && changed == other.changed;
    }

    static FileStamp readFrom(ByteBuffer bytes) {
        return new FileStamp(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    void writeTo(ByteBuffer bytes) {
        bytes.putLong(device).putLong(inode).putLong(size).putLong(modified).putLong(changed);
    }

    /** Whether the file changed so lately that a change after it might leave the same stamp. */
    boolean isRacy(long nowMillis) {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis) - Math.max(modified, changed) < RACY_NANOSECONDS;
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
    }

    private static long nanoseconds(Map<String, Object> attributes, String name) {
        return ((FileTime) Objects.requireNonNull(attributes.get(name))).to(TimeUnit.NANOSECONDS);
    }
}
