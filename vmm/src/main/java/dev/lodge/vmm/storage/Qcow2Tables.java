package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The two levels of tables that say where the clusters of a qcow2 image are. That of level 1 is in memory; of those of level 2
 * some are, that were looked at last. What is here called an entry is level 2's.
 */
final class Qcow2Tables {

    private static final ValueLayout.OfLong ENTRY = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long ALL_ZEROES = 1;
    private static final int CACHED_TABLES = 16;

    /** Where a cluster's bytes are. */
    enum Place {
        /** In the image, one behind the other. */
        PLAIN,
        COMPRESSED,
        ZEROES,
        /** In the image that this one lies on. */
        BACKING
    }

    private final DiskFile file;
    private final Qcow2Header header;
    private final int clusterSize;
    private final MemorySegment l1;
    private final MemorySegment[] tables = new MemorySegment[CACHED_TABLES]; // of level 2, by the number of their entry
    private final long[] tableIndex = new long[CACHED_TABLES];
    private final IoVector one = new IoVector(1);

    /**
     * Reads the image's level 1 table.
     *
     * @throws IOException if the image is cut off; the message does not name it
     */
    Qcow2Tables(DiskFile file, Qcow2Header header) throws IOException {
        this.file = file;
        this.header = header;
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
    }

    /** What is said of the cluster at a position of the disk; 0 if there is no table. */
    long entry(long position) throws IOException {
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

    Place place(long entry) {
        if ((entry & COMPRESSED) != 0) {
            return Place.COMPRESSED;
        }
        if (header.zeroClusters() && (entry & ALL_ZEROES) != 0) {
            return Place.ZEROES;
        }
        return (entry & OFFSET_MASK) == 0 ? Place.BACKING : Place.PLAIN;
    }

    /**
     * Where those clusters end that can be read at once with that of a position; {@code end} at the latest. A compressed one is alone.
     *
     * @param entry the position's
     */
    long endOfRun(long entry, long position, long end) throws IOException {
        Place place = place(entry);
        long until = Math.min((position | clusterSize - 1) + 1, end);
        if (place != Place.COMPRESSED) {
            while (until < end && continues(place, entry, until - (position & -(long) clusterSize), entry(until))) {
                until = Math.min(until + clusterSize, end);
            }
        }
        return until;
    }

    private boolean continues(Place place, long entry, long distance, long next) {
        return place(next) == place
                && (place != Place.PLAIN || (next & OFFSET_MASK) == (entry & OFFSET_MASK) + distance);
    }

    /** Where in the file the byte of a position is, of a plain cluster. */
    long fileOffset(long entry, long position) throws IOException {
        long offset = entry & OFFSET_MASK;
        if ((offset & clusterSize - 1) != 0) {
            throw damaged("a cluster at " + offset);
        }
        return offset + (position & clusterSize - 1);
    }

    /** Where in the file a compressed cluster begins. */
    long compressedOffset(long entry) {
        return entry & (1L << offsetBits()) - 1;
    }

    /** How many bytes of the file a compressed cluster may take. */
    long compressedLength(long entry) {
        long sectors = ((entry & ~(3L << 62)) >>> offsetBits()) + 1;
        return sectors * Storage.SECTOR_SIZE - (compressedOffset(entry) & Storage.SECTOR_SIZE - 1);
    }

    private int offsetBits() {
        return 62 - (header.clusterBits() - 8);
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
}
