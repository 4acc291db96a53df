package dev.lodge.vmm.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the first cluster of a qcow2 image says, checked: versions 2 and 3. Big-endian. Source: QEMU's {@code
 * docs/interop/qcow2.txt}.
 *
 * @param clusterBits a cluster has 2 to the power of this bytes
 * @param size bytes in the disk
 * @param l1Entries in the table at {@code l1Offset}
 * @param zeroClusters whether an entry's lowest bit says that a cluster is all zeroes: version 3
 * @param backing the name of the file under this one, null for none
 * @param backingFormat its format as the image says, null if it does not
 */
record Qcow2Header(
        int clusterBits,
        long size,
        int l1Entries,
        long l1Offset,
        boolean zeroClusters,
        boolean zstd,
        @Nullable String backing,
        @Nullable String backingFormat) {

    /** {@code QFI\xfb}. */
    static final int MAGIC = 0x514649fb;

    /** As much of the file as is looked at, or all if it has less. */
    static final int MOST_BYTES = 1 << 16;

    private static final int V2_LENGTH = 72;
    private static final int V3_LENGTH = 104;
    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int LONGEST_NAME = 1023;
    private static final int MOST_L1_ENTRIES = 1 << 22; // 32 MiB, QEMU's limit
    private static final long MOST_OFFSET = 1L << 56;

    // Incompatible features.
    private static final long DIRTY = 1;
    private static final long CORRUPT = 2;
    private static final long EXTERNAL_DATA = 4;
    private static final long COMPRESSION_TYPE = 8;
    private static final long EXTENDED_L2 = 16;

    /**
     * Reads it.
     *
     * @param bytes from the start of the image
     * @throws IOException if it is none, is damaged, or needs what is not known here; the message does not name the file
     */
    static Qcow2Header parse(ByteBuffer bytes) throws IOException {
        if (bytes.limit() < V2_LENGTH || bytes.getInt(0) != MAGIC) {
            throw new IOException("is no qcow2 image");
        }
        int version = bytes.getInt(4);
        if (version != 2 && version != 3) {
            throw new IOException("is a qcow2 image of version " + Integer.toUnsignedString(version) + ", not 2 or 3");
        }
        int length = version == 2 ? V2_LENGTH : headerLength(bytes);
        long features = version == 2 ? 0 : bytes.getLong(72);
        checkFeatures(features);
        if (bytes.getInt(32) != 0) {
            throw new IOException("is encrypted");
        }
        boolean zstd = (features & COMPRESSION_TYPE) != 0 && length > V3_LENGTH && bytes.get(V3_LENGTH) != 0;
        if (zstd && bytes.get(V3_LENGTH) != 1) {
            throw new IOException("is compressed in a way that is not known here");
        }
        int clusterBits = bytes.getInt(20);
        if (clusterBits < 9 || clusterBits > 21) {
            throw damaged("clusters of 2^" + Integer.toUnsignedString(clusterBits) + " bytes");
        }
        long size = bytes.getLong(24);
        int l1Entries = bytes.getInt(36);
        long l1Offset = bytes.getLong(40);
        checkTable(clusterBits, size, l1Entries, l1Offset);
        return new Qcow2Header(
                clusterBits,
                size,
                l1Entries,
                l1Offset,
                version == 3,
                zstd,
                backing(bytes),
                extension(bytes, length, BACKING_FORMAT));
    }

    private static int headerLength(ByteBuffer bytes) throws IOException {
        int length = bytes.limit() < V3_LENGTH ? 0 : bytes.getInt(100);
        if (length < V3_LENGTH || length > bytes.limit() || (length & 7) != 0) {
            throw damaged("a header of " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    private static void checkFeatures(long features) throws IOException {
        if ((features & CORRUPT) != 0) {
            throw new IOException("is marked as corrupt: repair it by qemu-img check -r");
        }
        if ((features & EXTERNAL_DATA) != 0) {
            throw new IOException("has its data in another file, which is not supported");
        }
        if ((features & EXTENDED_L2) != 0) {
            throw new IOException("has subclusters, which are not supported");
        }
        if ((features & ~(DIRTY | COMPRESSION_TYPE)) != 0) {
            throw new IOException("has incompatible features 0x" + Long.toHexString(features));
        }
    }

    private static void checkTable(int clusterBits, long size, int entries, long offset) throws IOException {
        long perEntry = 1L << 2 * clusterBits - 3; // bytes of the disk for which an entry stands
        if (size < 0 || size > MOST_OFFSET) {
            throw damaged("a disk of " + Long.toUnsignedString(size) + " bytes");
        }
        if (entries < 0 || entries > MOST_L1_ENTRIES || (size + perEntry - 1) / perEntry > entries) {
            throw damaged("a level 1 table of " + Integer.toUnsignedString(entries) + " entries");
        }
        if (offset < 0 || offset > MOST_OFFSET || (offset & (1L << clusterBits) - 1) != 0) {
            throw damaged("a level 1 table at " + Long.toUnsignedString(offset));
        }
    }

    private static @Nullable String backing(ByteBuffer bytes) throws IOException {
        long offset = bytes.getLong(8);
        int length = bytes.getInt(16);
        if (offset == 0) {
            return null;
        }
        if (length <= 0 || length > LONGEST_NAME || offset < 0 || offset > bytes.limit() - length) {
            throw damaged("the name of its backing file");
        }
        return text(bytes, (int) offset, length);
    }

    private static @Nullable String extension(ByteBuffer bytes, int from, int wanted) throws IOException {
        int at = from;
        while (at <= bytes.limit() - 8) {
            int type = bytes.getInt(at);
            int length = bytes.getInt(at + 4);
            if (type == 0) {
                return null;
            }
            if (length < 0 || length > bytes.limit() - at - 8) {
                throw damaged("a header extension of " + Integer.toUnsignedString(length) + " bytes");
            }
            if (type == wanted) {
                return text(bytes, at + 8, length);
            }
            at += 8 + (length + 7 & ~7);
        }
        return null;
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        byte[] text = new byte[length];
        bytes.get(at, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    static IOException damaged(String what) {
        return new IOException("is damaged: it has " + what);
    }
}
