package dev.lodge.vmm.storage;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/** A qcow2 image that somebody sent: each input is a file, which is opened, and read as far as it says that it goes. */
public final class Qcow2Fuzzer {
    private static final int MOST_READ = 256 << 10;
    private static final int PIECE = 20 << 10; // across clusters
    private static final byte GUARD = 0x5a;
    private static final int CLUSTER = 512;

    private static final MemorySegment BUFFER = Arena.global().allocate(PIECE + 512);

    private Qcow2Fuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        try {
            Qcow2Header header =
                    Qcow2Header.parse(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, Qcow2Header.MOST_BYTES))
                            .slice());
            DiskFile file = DiskFile.of(MemoryFile.create("image", Math.max(1, bytes.length)));
            try {
                write(file, bytes);
                Storage backing = header.backing() == null ? null : new FakeStorage(8192);
                Qcow2Storage image = new Qcow2Storage(file, header, backing);
                locateAll(image);
                readAll(image);
            } finally {
                file.close();
            }
        } catch (IOException refused) {
            require(refused.getMessage() != null, "refused without a word");
        }
    }

    private static void write(DiskFile file, byte[] bytes) {
        if (bytes.length > 0) {
            IoVector vector = new IoVector(1);
            MemorySegment memory = Arena.ofAuto().allocate(bytes.length);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
            vector.add(memory, 0, bytes.length);
            file.write(vector, 0);
        }
    }

    private static void locateAll(Qcow2Storage image) {
        Extent found = new Extent();
        long end = Math.min(image.size(), MOST_READ);
        try {
            for (long at = 0; at < end; at += found.length()) {
                image.locate(at, end - at, found);
                require(found.length() > 0 && found.length() <= end - at, "an extent of " + found.length() + " bytes");
            }
        } catch (IOException damaged) {
            require(damaged.getMessage() != null, "refused without a word");
        }
    }

    private static void readAll(Qcow2Storage image) throws IOException {
        require(image.size() >= 0 && image.size() % Storage.SECTOR_SIZE == 0, "a size of " + image.size());
        IoVector vector = new IoVector(2);
        IOException last = null;
        long end = Math.min(image.size(), MOST_READ);
        for (long at = 0; at < end; at += PIECE) {
            long length = Math.min(PIECE, end - at);
            BUFFER.fill(GUARD);
            vector.clear();
            vector.add(BUFFER, 0, Storage.SECTOR_SIZE);
            if (length > Storage.SECTOR_SIZE) {
                vector.add(BUFFER, Storage.SECTOR_SIZE, length - Storage.SECTOR_SIZE);
            }
            try {
                image.read(at, vector);
                require(vector.bytes() == 0, "a read that left " + vector.bytes() + " bytes");
            } catch (IOException damaged) {
                last = damaged;
            }
            for (long i = length; i < BUFFER.byteSize(); i++) {
                require(BUFFER.get(ValueLayout.JAVA_BYTE, i) == GUARD, "a byte beyond what was to be read");
            }
        }
        image.close();
        if (last != null) {
            throw last;
        }
    }

    /** Images of version 2 and 3, with a cluster of data, one of zeroes, one compressed, one that is not there. */
    public static List<byte[]> seeds() {
        return List.of(image(2, 0, 0), image(3, 0, 0), image(3, 1, 0), image(3, 0, 8), image(2, 0, 8));
    }

    private static byte[] image(int version, int compression, int backingLength) {
        ByteBuffer image = ByteBuffer.allocate(6 * CLUSTER);
        image.putInt(0, Qcow2Header.MAGIC);
        image.putInt(4, version);
        image.putLong(8, backingLength == 0 ? 0 : 200);
        image.putInt(16, backingLength);
        image.putInt(20, 9); // clusters of 512 bytes
        image.putLong(24, 64 * CLUSTER);
        image.putInt(36, 1); // entries of level 1
        image.putLong(40, CLUSTER);
        if (version == 3) {
            image.putLong(72, compression == 0 ? 0 : 8);
            image.putInt(96, 4);
            image.putInt(100, 112);
            image.put(104, (byte) compression);
        }
        for (int i = 0; i < backingLength; i++) {
            image.put(200 + i, (byte) 'b');
        }
        image.putLong(CLUSTER, 2 * CLUSTER | 1L << 63);
        image.putLong(2 * CLUSTER, 3 * CLUSTER | 1L << 63);
        image.putLong(2 * CLUSTER + 8, version == 3 ? 1 : 0);
        image.putLong(2 * CLUSTER + 16, 1L << 62 | 4 * CLUSTER);
        for (int i = 0; i < CLUSTER; i++) {
            image.put(3 * CLUSTER + i, (byte) i);
        }
        byte[] deflated = {0x4b, 0x4c, 0x1c, 0x05, 0x23, 0x0e, 0x00};
        image.put(4 * CLUSTER, deflated);
        return image.array();
    }
}
