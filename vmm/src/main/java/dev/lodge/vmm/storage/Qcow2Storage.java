package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image, to be read: of version 2 or 3, with compressed clusters, and with the images that it lies on. What the file
 * says is checked as what a guest says would be. Source: QEMU's {@code docs/interop/qcow2.txt}.
 *
 * <p>Nobody writes to it, so a read that goes on while others are done finds what any other finds.
 */
final class Qcow2Storage implements Storage, Located {

    private final DiskFile file;
    private final Qcow2Header header;
    private final @Nullable Storage backing;
    private final @Nullable Located locatedBacking;
    private final int clusterSize;
    private final Qcow2Tables tables;
    private final Qcow2Cluster compressed;
    private final IoVector one = new IoVector(1);
    private final IoVector part = new IoVector(IoVector.MAX_PIECES);
    private boolean closed;

    /**
     * Reads the image's level 1 table.
     *
     * @param file closed with this, as is {@code backing}
     * @throws IOException if the image is cut off; the message does not name it
     */
    Qcow2Storage(DiskFile file, Qcow2Header header, @Nullable Storage backing) throws IOException {
        this.file = file;
        this.header = header;
        this.backing = backing;
        locatedBacking = backing == null ? null : Located.of(backing);
        clusterSize = 1 << header.clusterBits();
        tables = new Qcow2Tables(file, header);
        compressed = new Qcow2Cluster(clusterSize, header.zstd());
    }

    @Override
    public long size() {
        return (header.size() + SECTOR_SIZE - 1) & -SECTOR_SIZE;
    }

    @Override
    public boolean isWritable() {
        return false;
    }

    @Override
    public int blockSize() {
        return 4096;
    }

    @Override
    public boolean canDiscard() {
        return false;
    }

    @Override
    public void read(long position, IoVector into) throws IOException {
        long end = position + into.bytes();
        long at = position;
        try {
            while (at < end) {
                long entry = tables.entry(at);
                long until = tables.endOfRun(entry, at, end);
                part.clear();
                part.addPart(into, at - position, until - at);
                readRun(entry, at);
                at = until;
            }
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
        into.clear();
    }

    private void readRun(long entry, long at) throws IOException {
        switch (tables.place(entry)) {
            case PLAIN -> {
                file.read(part, tables.fileOffset(entry, at));
                part.zero(0, part.bytes()); // the last cluster need not be there as a whole
            }
            case COMPRESSED -> part.fill(0, decompressed(entry), at & clusterSize - 1, part.bytes());
            case ZEROES -> part.zero(0, part.bytes());
            case BACKING -> readBacking(at);
        }
    }

    /** From the image under this one, which may be shorter. */
    private void readBacking(long at) throws IOException {
        long length = part.bytes();
        long there = inBacking(at, length);
        part.zero(there, length - there);
        if (backing == null || there == 0) {
            return;
        }
        if (there < length) {
            IoVector shorter = new IoVector(IoVector.MAX_PIECES);
            shorter.addPart(part, 0, there);
            backing.read(at, shorter);
        } else {
            backing.read(at, part);
        }
    }

    /** How many bytes of a range the image under this one has. */
    private long inBacking(long at, long length) {
        return backing == null ? 0 : Math.max(0, Math.min(length, backing.size() - at));
    }

    @Override
    public @Nullable ReadQueue readQueue(int most) {
        return FileReadQueue.of(this, most);
    }

    @Override
    public boolean mayWait() {
        return !file.isInMemory() || locatedBacking != null && locatedBacking.mayWait();
    }

    @Override
    public void locate(long position, long length, Extent found) throws IOException {
        long entry = tables.entry(position);
        long run = tables.endOfRun(entry, position, position + length) - position;
        switch (tables.place(entry)) {
            case PLAIN -> found.inFile(file, tables.fileOffset(entry, position), run);
            case COMPRESSED -> found.atHand(run);
            case ZEROES -> found.zeroes(run);
            case BACKING -> {
                long there = inBacking(position, run);
                if (locatedBacking == null || there == 0) {
                    found.zeroes(run);
                } else {
                    locatedBacking.locate(position, there, found);
                }
            }
        }
    }

    private MemorySegment decompressed(long entry) throws IOException {
        long offset = tables.compressedOffset(entry);
        if (!compressed.holds(offset)) {
            long length = tables.compressedLength(entry);
            one.clear();
            one.add(compressed.input(length), 0, length);
            compressed.decompress(offset, (int) file.read(one, offset), file.name());
        }
        return compressed.content();
    }

    @Override
    public void write(long position, IoVector from) throws IOException {
        throw new IOException(file.name() + " is only read");
    }

    @Override
    public void flush() {
        // nothing is ever written
    }

    @Override
    public void discard(long position, long length) throws IOException {
        throw new IOException(file.name() + " is only read");
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            if (backing != null) {
                backing.close();
            }
        }
    }
}
