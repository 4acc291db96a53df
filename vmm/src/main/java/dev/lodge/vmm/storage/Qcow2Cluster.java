package dev.lodge.vmm.storage;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A compressed cluster of a qcow2 image, the last that was read: guests read in smaller pieces than clusters. */
final class Qcow2Cluster {

    private static final long NONE = -1;

    private final boolean zstd;
    private final MemorySegment input;
    private final byte[] packed;
    private final byte[] bytes;
    private final MemorySegment content;
    private long held = NONE;

    Qcow2Cluster(int clusterSize, boolean zstd) {
        this.zstd = zstd;
        int most = 2 * clusterSize + Storage.SECTOR_SIZE; // what an entry can tell
        input = Arena.ofAuto().allocate(most);
        packed = new byte[most];
        bytes = new byte[clusterSize];
        content = MemorySegment.ofArray(bytes);
    }

    /** Whether it is the cluster whose compressed bytes are at an offset of the file. */
    boolean holds(long offset) {
        return held == offset;
    }

    /** Where compressed bytes are to be read to. */
    MemorySegment input(long length) throws IOException {
        if (length > input.byteSize()) {
            throw Qcow2Header.damaged("a compressed cluster of " + length + " bytes");
        }
        held = NONE;
        return input;
    }

    /** Decompresses what was read. */
    void decompress(long offset, int length, String name) throws IOException {
        MemorySegment.copy(input, ValueLayout.JAVA_BYTE, 0, packed, 0, length);
        int count = zstd ? unzstd(length, name) : inflate(length, name);
        if (count < bytes.length) {
            throw new IOException(name + " is damaged: a compressed cluster at " + offset + " ends early");
        }
        held = offset;
    }

    private int inflate(int length, String name) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, 0, length);
            int count = 0;
            while (count < bytes.length) {
                int more = inflater.inflate(bytes, count, bytes.length - count);
                if (more == 0) {
                    break;
                }
                count += more;
            }
            return count;
        } catch (DataFormatException wrong) {
            throw new IOException(name + " is damaged: a compressed cluster: " + wrong.getMessage(), wrong);
        } finally {
            inflater.end();
        }
    }

    private int unzstd(int length, String name) throws IOException {
        try (var in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(packed, 0, length))) {
            return in.readNBytes(bytes, 0, bytes.length);
        } catch (IOException wrong) {
            throw new IOException(name + " is damaged: a compressed cluster: " + wrong.getMessage(), wrong);
        }
    }

    MemorySegment content() {
        return content;
    }
}
