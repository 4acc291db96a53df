package dev.lodge.vmm.boot;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files under a kind and a key, each with a record beside it that says what is in it and that it is whole.
 *
 * <pre>
 *   directory/kind/key        the body
 *   directory/kind/key.meta   SealedRecord: the body's stamp (40 bytes), its CRC-32, the maker's own words
 * </pre>
 *
 * <p>Both are written under another name and renamed, so any number of processes may read and write at once: whoever
 * renames last wins, with the same content. A body whose stamp is not the recorded one (it was copied, or touched) is
 * read whole and compared by checksum.
 */
final class CacheStore {

    /** Writes a body. */
    @FunctionalInterface
    interface Body {

        /** Writes all of it; called once. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Something found.
     *
     * @param body the file
     * @param words what the maker recorded, little-endian
     */
    record Entry(Path body, ByteBuffer words) {}

    private static final int RECORD_FIXED_SIZE = FileStamp.ENCODED_SIZE + Integer.BYTES;
    private static final int CHUNK = 1 << 16;

    private final CacheDirectory directory;

    CacheStore(CacheDirectory directory) {
        this.directory = directory;
    }

    /** Looks for an entry; null if there is none or it is damaged. */
    @Nullable
    Entry find(String kind, String key) {
        Path body = directory.file(kind, key);
        ByteBuffer record = directory.isTrusted() ? SealedRecord.read(meta(body)) : null;
        if (record == null || record.limit() < RECORD_FIXED_SIZE) {
            return null;
        }
        FileStamp recorded = FileStamp.readFrom(record);
        int checksum = record.getInt();
        ByteBuffer words = record.slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            FileStamp found = FileStamp.of(body);
            if (!found.isSame(recorded)) {
                if (found.size() != recorded.size() || checksum(body) != checksum) {
                    return null;
                }
                writeMeta(body, found, checksum, words);
            }
            return new Entry(body, words);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Makes an entry, in place of an older one if there is one.
     *
     * @param words what {@link #find} is to give back, from position to limit
     * @param keep how many entries of this kind may stay
     * @return the body's file
     * @throws IOException if the cache cannot be written, or the body not be made
     */
    Path put(String kind, String key, Body body, ByteBuffer words, int keep) throws IOException {
        directory.create(kind);
        Path file = directory.file(kind, key);
        Path temporary = SealedRecord.temporary(file);
        try {
            int checksum = write(temporary, body);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            writeMeta(file, FileStamp.of(file), checksum, words);
        } finally {
            Files.deleteIfExists(temporary);
        }
        directory.evict(kind, keep);
        return file;
    }

    private static int write(Path file, Body body) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var checked = new CheckedOutputStream(Channels.newOutputStream(channel), new CRC32());
            var buffered = new BufferedOutputStream(checked, CHUNK);
            body.writeTo(buffered);
            buffered.flush();
            // The record will vouch for the content by the file's stamp, so the content must outlive a crash.
            channel.force(true);
            return (int) checked.getChecksum().getValue();
        }
    }

    private static void writeMeta(Path body, FileStamp stamp, int checksum, ByteBuffer words) throws IOException {
        ByteBuffer record =
                ByteBuffer.allocate(RECORD_FIXED_SIZE + words.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        stamp.writeTo(record);
        record.putInt(checksum).put(words.duplicate());
        SealedRecord.write(meta(body), record.flip());
    }

    private static Path meta(Path body) {
        return Path.of(body.toString().concat(CacheDirectory.META));
    }

    private static int checksum(Path file) throws IOException {
        var crc = new CRC32();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                crc.update(chunk, 0, n);
            }
        }
        return (int) crc.getValue();
    }
}
