package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.Errno;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * The file of an overlay.
 *
 * <pre>
 *      0  "lodgeCOW"
 *      8  format, 4 bytes: 1
 *     12  bytes in a block, 4 bytes: 4096
 *     16  bytes in the disk, 8 bytes
 *   4096  a bit for each block that is here, filled up to a multiple of 4096
 *      .  the disk's bytes; those of blocks that are not here are holes
 * </pre>
 *
 * <p>All little-endian. The bits are in memory, too, 32 MiB for each TiB of disk.
 */
final class OverlayFile implements Closeable {

    static final int BLOCK_SIZE = 4096;

    private static final long MAGIC = magic();
    private static final int FORMAT = 1;
    private static final int FORMAT_AT = 8;
    private static final int BLOCK_SIZE_AT = 12;
    private static final int DISK_SIZE_AT = 16;
    private static final int BITS_AT = 4096;
    private static final long LARGEST_DISK = 16L << 40;

    private final DiskFile file;
    private final long diskSize;
    private final long dataAt;
    private final MemorySegment bits;
    private final BitSet dirtyPages = new BitSet();
    private final IoVector one = new IoVector(1);

    private OverlayFile(DiskFile file, long diskSize) {
        this.file = file;
        this.diskSize = diskSize;
        long bytes = bitBytes(diskSize);
        dataAt = BITS_AT + bytes;
        bits = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    private static long magic() {
        byte[] text = "lodgeCOW".getBytes(StandardCharsets.US_ASCII);
        long magic = 0;
        for (int i = text.length - 1; i >= 0; i--) {
            magic = magic << 8 | text[i];
        }
        return magic;
    }

    private static long bitBytes(long diskSize) {
        long blocks = (diskSize + BLOCK_SIZE - 1) / BLOCK_SIZE;
        return ((blocks + 7) / 8 + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
    }

    /**
     * Takes over an open file, and locks it.
     *
     * @param diskSize what the disk must have; of an empty file, will have
     */
    static OverlayFile of(DiskFile file, long diskSize) throws IOException {
        try {
            if (!file.tryLock(true)) {
                throw new IOException(file.name() + " is in use: another has locked it");
            }
            if (diskSize > LARGEST_DISK) {
                throw new IOException("a disk of " + diskSize + " bytes is too large for an overlay");
            }
            OverlayFile overlay = new OverlayFile(file, diskSize);
            if (file.size() == 0) {
                overlay.create();
            } else {
                overlay.load();
            }
            return overlay;
        } catch (LinuxException refused) {
            file.close();
            throw new IOException(refused.getMessage(), refused);
        } catch (IOException refused) {
            file.close();
            throw refused;
        }
    }

    private void create() {
        MemorySegment header = Arena.ofAuto().allocate(BITS_AT);
        header.set(ValueLayout.JAVA_LONG, 0, MAGIC);
        header.set(ValueLayout.JAVA_INT, FORMAT_AT, FORMAT);
        header.set(ValueLayout.JAVA_INT, BLOCK_SIZE_AT, BLOCK_SIZE);
        header.set(ValueLayout.JAVA_LONG, DISK_SIZE_AT, diskSize);
        file.resize(dataAt + diskSize);
        file.write(vector(header, 0, BITS_AT), 0);
    }

    private void load() throws IOException {
        MemorySegment header = Arena.ofAuto().allocate(BITS_AT);
        long read = file.read(vector(header, 0, BITS_AT), 0);
        if (read < BITS_AT || header.get(ValueLayout.JAVA_LONG, 0) != MAGIC) {
            throw new IOException(file.name() + " is no overlay of Lodge's: name another, or remove it");
        }
        int format = header.get(ValueLayout.JAVA_INT, FORMAT_AT);
        if (format != FORMAT || header.get(ValueLayout.JAVA_INT, BLOCK_SIZE_AT) != BLOCK_SIZE) {
            throw new IOException(file.name() + " is an overlay of format " + format + ", which is not known here");
        }
        long itsSize = header.get(ValueLayout.JAVA_LONG, DISK_SIZE_AT);
        if (itsSize != diskSize) {
            throw new IOException(
                    file.name() + " was made over a disk of " + itsSize + " bytes, not one of " + diskSize);
        }
        if (file.size() < dataAt + diskSize || file.read(vector(bits, 0, bits.byteSize()), BITS_AT) < bits.byteSize()) {
            throw new IOException(file.name() + " is an overlay that has been cut off");
        }
    }

    private IoVector vector(MemorySegment memory, long offset, long length) {
        one.clear();
        one.add(memory, offset, length);
        return one;
    }

    long diskSize() {
        return diskSize;
    }

    boolean isWritten(long block) {
        return (bits.get(ValueLayout.JAVA_BYTE, block >>> 3) & 1 << (block & 7)) != 0;
    }

    /** Blocks from the first to the last are here now. */
    void markWritten(long first, long last) {
        for (long block = first; block <= last; block++) {
            byte old = bits.get(ValueLayout.JAVA_BYTE, block >>> 3);
            byte with = (byte) (old | 1 << (block & 7));
            if (with != old) {
                bits.set(ValueLayout.JAVA_BYTE, block >>> 3, with);
                dirtyPages.set((int) ((block >>> 3) / BLOCK_SIZE));
            }
        }
    }

    boolean mayWait() {
        return !file.isInMemory();
    }

    /** Where a range is whose blocks are all here. */
    void locate(long position, long length, Extent found) {
        found.inFile(file, dataAt + position, length);
    }

    void read(long position, IoVector into) throws IOException {
        try {
            if (file.read(into, dataAt + position) == 0 || into.bytes() > 0) {
                throw new IOException("read " + file.name() + " at " + position + ": the overlay has become too short");
            }
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    void write(long position, IoVector from) throws IOException {
        try {
            file.write(from, dataAt + position);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    void discard(long position, long length) throws IOException {
        try {
            file.discard(dataAt + position, length);
        } catch (LinuxException refused) {
            if (refused.errno() != Errno.EOPNOTSUPP) {
                throw new IOException(refused.getMessage(), refused);
            }
        }
    }

    /** What was written first, and then the bits that tell so. */
    void flush() throws IOException {
        try {
            file.sync();
            if (!dirtyPages.isEmpty()) {
                for (int page = dirtyPages.nextSetBit(0); page >= 0; page = dirtyPages.nextSetBit(page + 1)) {
                    long at = (long) page * BLOCK_SIZE;
                    file.write(vector(bits, at, BLOCK_SIZE), BITS_AT + at);
                }
                file.sync();
                dirtyPages.clear();
            }
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
