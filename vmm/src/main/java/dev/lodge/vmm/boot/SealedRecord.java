package dev.lodge.vmm.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A small file of the cache that is whole and of this version, or counts as not there.
 *
 * <pre>
 *   0  "LDGC"   4  version   8  content's size   12  content...   then a CRC-32 of all before it
 * </pre>
 */
final class SealedRecord {

    private static final int MAGIC = 0x4347444c;

    /** To be raised when what is in any record, or in the files they describe, changes its meaning. */
    private static final int VERSION = 2;

    private static final int HEADER_SIZE = 12;
    private static final int SIZE_LIMIT = 1 << 20;

    private static final AtomicInteger temporaries = new AtomicInteger();

    private SealedRecord() {}

    /**
     * Reads a record.
     *
     * @return its content, little-endian; null if it is not there, cannot be read, is damaged or of another version
     */
    static @Nullable ByteBuffer read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < HEADER_SIZE + Integer.BYTES || size > SIZE_LIMIT) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    return null;
                }
            }
            return content(bytes.flip());
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable ByteBuffer content(ByteBuffer bytes) {
        int size = bytes.limit() - HEADER_SIZE - Integer.BYTES;
        boolean sound = bytes.getInt(0) == MAGIC
                && bytes.getInt(4) == VERSION
                && bytes.getInt(8) == size
                && bytes.getInt(HEADER_SIZE + size) == checksum(bytes, HEADER_SIZE + size);
        return sound ? bytes.slice(HEADER_SIZE, size).order(ByteOrder.LITTLE_ENDIAN) : null;
    }

    /**
     * Writes a record, in place of an older one if there is one: a reader sees either.
     *
     * @param content from its position to its limit
     * @throws IOException if it cannot be written; then nothing has changed
     */
    static void write(Path file, ByteBuffer content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_SIZE + content.remaining() + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION).putInt(content.remaining()).put(content.duplicate());
        bytes.putInt(checksum(bytes, bytes.position()));
        Path temporary = temporary(file);
        try {
            Files.write(temporary, bytes.array());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A name next to {@code file} that no other process and no other call uses. */
    static Path temporary(Path file) {
        return file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + "." + temporaries.incrementAndGet());
    }

    private static int checksum(ByteBuffer bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
