package dev.lodge.vmm.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the content's key of files that were hashed before, by path and stamp, so that a file need not be read to be
 * known.
 *
 * <pre>
 *   directory/path/HASH-OF-PATH   SealedRecord: stamp (40 bytes), key's size (32 bits), key, path
 * </pre>
 */
final class PathIndex {

    static final String KIND = "path";
    private static final int LIMIT = 64;

    private final CacheDirectory directory;

    PathIndex(CacheDirectory directory) {
        this.directory = directory;
    }

    /** The key recorded for this file, if it is still the same; else null. */
    @Nullable
    String find(Path file, FileStamp stamp) {
        byte[] path = bytes(file);
        ByteBuffer record = directory.isTrusted() ? SealedRecord.read(record(path)) : null;
        if (record == null || record.limit() < FileStamp.ENCODED_SIZE + Integer.BYTES) {
            return null;
        }
        if (!FileStamp.readFrom(record).isSame(stamp)) {
            return null;
        }
        int keySize = record.getInt();
        if (keySize < 0 || keySize > record.remaining()) {
            return null;
        }
        byte[] key = new byte[keySize];
        record.get(key);
        byte[] recordedPath = new byte[record.remaining()];
        record.get(recordedPath);
        return Arrays.equals(path, recordedPath) ? new String(key, StandardCharsets.US_ASCII) : null;
    }

    /**
     * Records what was found in a file.
     *
     * @param file absolute
     * @param stamp from before the file was read, and still its stamp after that
     * @throws IOException if the cache cannot be written
     */
    void put(Path file, FileStamp stamp, String key) throws IOException {
        byte[] path = bytes(file);
        byte[] keyBytes = key.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer record = ByteBuffer.allocate(FileStamp.ENCODED_SIZE + Integer.BYTES + keyBytes.length + path.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        stamp.writeTo(record);
        record.putInt(keyBytes.length).put(keyBytes).put(path);
        directory.create(KIND);
        SealedRecord.write(record(path), record.flip());
        directory.evict(KIND, LIMIT);
    }

    private static byte[] bytes(Path file) {
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** FNV-1a: a collision costs a look at the file, no more, since the record holds the path. */
    private Path record(byte[] path) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : path) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return directory.file(KIND, Long.toHexString(hash));
    }
}
