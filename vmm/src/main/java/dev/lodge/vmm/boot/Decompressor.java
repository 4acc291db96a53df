package dev.lodge.vmm.boot;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Unpacks what Linux's build packs a kernel with, told by its first bytes. The payload's last four bytes are the
 * unpacked size, whatever the compression ({@code scripts/Makefile.lib}).
 */
final class Decompressor {

    private static final int SIZE_BYTES = Integer.BYTES;
    private static final int CHUNK = 1 << 16;

    /** No kernel shrinks so much; it keeps a small file from asking for half a gigabyte. */
    private static final int RATIO_LIMIT = 256;

    /** What xz and lzma may use for their dictionaries, in KiB: Linux's build asks for 128 MiB at most. */
    private static final int DICTIONARY_LIMIT = 256 << 10;

    private Decompressor() {}

    /**
     * Unpacks a kernel.
     *
     * @param payload the packed kernel and its size, little-endian
     * @param name the file's name, for messages
     * @return the kernel, little-endian, in memory of {@code arena}
     * @throws BootException if it is corrupt, too large, or packed in a way not known here
     */
    static ByteBuffer unpack(ByteBuffer payload, String name, Arena arena) {
        if (payload.limit() < 2 * SIZE_BYTES) {
            throw new BootException("cannot boot " + name + ": it holds no compressed kernel; use a vmlinuz of Linux");
        }
        int magic = payload.getInt(0);
        refuseUnknown(magic, name);
        long size = Integer.toUnsignedLong(payload.getInt(payload.limit() - SIZE_BYTES));
        if (size == 0 || size > Math.min(KernelFile.SIZE_LIMIT, (long) RATIO_LIMIT * payload.limit())) {
            throw new BootException("cannot boot " + name + ": it says that it unpacks to " + size
                    + " bytes, which no kernel does; the file is corrupt: fetch it again");
        }
        ByteBuffer target = arena.allocate(size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (magic == Lz4LegacyDecoder.MAGIC) {
                Lz4LegacyDecoder.decode(withoutSize(payload), target);
            } else {
                try (InputStream stream = open(magic, payload)) {
                    drain(stream, target);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw corrupt(name, e.getMessage() == null ? e.toString() : e.getMessage(), e);
        } catch (LinkageError e) {
            throw new BootException(
                    "cannot boot " + name + ": zstd's native library does not load here (" + e.getMessage()
                            + "); make java.io.tmpdir a directory that allows execution, or unpack the kernel to a vmlinux",
                    e);
        }
        if (target.hasRemaining()) {
            throw corrupt(name, "it unpacks to less than its size says", null);
        }
        return target.flip();
    }

    private static BootException corrupt(String name, String why, @Nullable Throwable cause) {
        return new BootException(
                "cannot boot " + name + ": its compressed kernel is corrupt (" + why + "); fetch it again", cause);
    }

    private static void refuseUnknown(int magic, String name) {
        String compression;
        if (isGzip(magic) || isXz(magic) || isZstd(magic) || isLzma(magic) || magic == Lz4LegacyDecoder.MAGIC) {
            return;
        } else if ((magic & 0xffffff) == 0x685a42) {
            compression = "bzip2, which Lodge does not unpack";
        } else if (magic == 0x4f5a4c89) {
            compression = "LZO, which Lodge does not unpack";
        } else {
            compression =
                    "something unknown (it begins with 0x" + Integer.toHexString(Integer.reverseBytes(magic)) + ")";
        }
        throw new BootException("cannot boot " + name + ": its kernel is compressed with " + compression
                + "; use one with gzip, xz, zstd, lz4 or lzma, or unpack it to a vmlinux");
    }

    private static InputStream open(int magic, ByteBuffer payload) throws IOException {
        if (isGzip(magic)) {
            // gzip's own trailer is the size.
            return new GZIPInputStream(new BufferInputStream(payload), CHUNK);
        }
        InputStream packed = new BufferInputStream(withoutSize(payload));
        if (isXz(magic)) {
            return new SingleXZInputStream(packed, DICTIONARY_LIMIT);
        }
        return isZstd(magic) ? new ZstdInputStreamNoFinalizer(packed) : new LZMAInputStream(packed, DICTIONARY_LIMIT);
    }

    private static void drain(InputStream stream, ByteBuffer target) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
            if (n > target.remaining()) {
                throw new IOException("it unpacks to more than its size says");
            }
            target.put(chunk, 0, n);
        }
    }

    private static ByteBuffer withoutSize(ByteBuffer payload) {
        return payload.slice(0, payload.limit() - SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isGzip(int magic) {
        return (magic & 0xffffff) == 0x088b1f;
    }

    private static boolean isXz(int magic) {
        return magic == 0x587a37fd;
    }

    private static boolean isZstd(int magic) {
        return magic == 0xfd2fb528;
    }

    private static boolean isLzma(int magic) {
        return (magic & 0xffffff) == 0x00005d;
    }

    /** The rest of a buffer as a stream. */
    private static final class BufferInputStream extends InputStream {

        private final ByteBuffer buffer;

        BufferInputStream(ByteBuffer buffer) {
            this.buffer = buffer.duplicate();
        }

        @Override
        public int read() {
            return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            int n = Math.min(length, buffer.remaining());
            buffer.get(target, offset, n);
            return n == 0 ? -1 : n;
        }

        @Override
        public int available() {
            return buffer.remaining();
        }
    }
}
