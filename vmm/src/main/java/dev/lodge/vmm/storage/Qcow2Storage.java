package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image, to be read: of version 2 or 3, with compressed clusters, and with the images that it lies on. What the file
 * says is checked as what a guest says would be. Source: QEMU's {@code docs/interop/qcow2.txt}.
 */
final class Qcow2Storage implements Storage {

    private static final ValueLayout.OfLong ENTRY = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long ALL_ZEROES = 1;
    private static final int CACHED_TABLES = 16;

    private final DiskFile file;
    private final Qcow2Header header;
    private final @Nullable Storage backing;
    private final int clusterSize;
    private final MemorySegment l1;
    private final MemorySegment[] tables = new MemorySegment[CACHED_TABLES]; // of level 2, by the number of their entry
    private final long[] tableIndex = new long[CACHED_TABLES];
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
        clusterSize = 1 << header.clusterBits();
        if (file.size() - header.l1Entries() * 8L < header.l1Offset()) { // before memory is taken for it
            throw Qcow2Header.damaged("lost its level 1 table: the file is too short");
        }
        l1 = Arena.ofAuto().allocate(Math.max(1, header.l1Entries()) * 8L);
        if (readFile(header.l1Offset(), l1, header.l1Entries() * 8L) < header.l1Entries() * 8L) {
            throw Qcow2Header.damaged("lost its level 1 table: the file is too short");
        }
        for (int i = 0; i < CACHED_TABLES; i++) {
            tables[i] = Arena.ofAuto().allocate(clusterSize);
            tableIndex[i] = -1;
        }
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
                long until = Math.min((at | clusterSize - 1) + 1, end);
                long entry = entry(at);
                if (isPlain(entry)) { // clusters that lie one after the other are read at once
                    long offset = entry & OFFSET_MASK;
                    while (until < end
                            && isPlain(entry(until))
                            && (entry(until) & OFFSET_MASK) == offset + distance(at, until)) {
                        until = Math.min(until + clusterSize, end);
                    }
                }
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

    /** Bytes from the start of one cluster to the start of another. */
    private long distance(long from, long to) {
        return (to & -(long) clusterSize) - (from & -(long) clusterSize);
    }

    private boolean isPlain(long entry) {
        return (entry & COMPRESSED) == 0
                && (entry & OFFSET_MASK) != 0
                && !(header.zeroClusters() && (entry & ALL_ZEROES) != 0);
    }

    private void readRun(long entry, long at) throws IOException {
        int within = (int) (at & clusterSize - 1);
        if ((entry & COMPRESSED) != 0) {
            part.fill(0, decompressed(entry), within, part.bytes());
        } else if (header.zeroClusters() && (entry & ALL_ZEROES) != 0) {
            part.zero(0, part.bytes());
        } else if ((entry & OFFSET_MASK) == 0) {
            readBacking(at);
        } else {
            long offset = entry & OFFSET_MASK;
            if ((offset & clusterSize - 1) != 0) {
                throw damaged("a cluster at " + offset);
            }
            file.read(part, offset + within);
            part.zero(0, part.bytes()); // the last cluster need not be there as a whole
        }
    }

    /** From the image under this one, which may be shorter. */
    private void readBacking(long at) throws IOException {
        long length = part.bytes();
        long there = backing == null ? 0 : Math.max(0, Math.min(length, backing.size() - at));
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

    /** What the level 2 table says of the cluster at a position; 0 if there is no table. */
    private long entry(long position) throws IOException {
        int l2Bits = header.clusterBits() - 3;
        long index = position >>> header.clusterBits() + l2Bits;
        long offset = l1.get(ENTRY, index * 8) & OFFSET_MASK;
        if (offset == 0) {
            return 0;
        }
        int slot = (int) (index % CACHED_TABLES);
        if (tableIndex[slot] != index) {
            if ((offset & clusterSize - 1) != 0) {
                throw damaged("a level 2 table at " + offset);
            }
            tableIndex[slot] = -1;
            if (readFile(offset, tables[slot], clusterSize) < clusterSize) {
                throw damaged("a level 2 table at " + offset + ", beyond its end");
            }
            tableIndex[slot] = index;
        }
        return tables[slot].get(ENTRY, ((position >>> header.clusterBits()) & (1L << l2Bits) - 1) * 8);
    }

    private MemorySegment decompressed(long entry) throws IOException {
        int offsetBits = 62 - (header.clusterBits() - 8);
        long offset = entry & (1L << offsetBits) - 1;
        long sectors = ((entry & ~(3L << 62)) >>> offsetBits) + 1;
        long length = sectors * SECTOR_SIZE - (offset & SECTOR_SIZE - 1);
        if (!compressed.holds(offset)) {
            one.clear();
            one.add(compressed.input(length), 0, length);
            compressed.decompress(offset, (int) file.read(one, offset), file.name());
        }
        return compressed.content();
    }

    private long readFile(long offset, MemorySegment into, long length) throws IOException {
        one.clear();
        one.add(into, 0, length);
        try {
            return file.read(one, offset);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    private IOException damaged(String what) {
        return new IOException(file.name() + " " + Qcow2Header.damaged(what).getMessage());
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
