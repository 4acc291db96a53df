package dev.lodge.vmm.boot;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZOutputStream;

/** Packs an ELF kernel as Linux's build does. */
final class BzImageBuilder {

    static final int SETUP_SIZE = 1024;
    static final int PAYLOAD_OFFSET = 0x2cc;
    static final String RELEASE = "6.1.0-test-amd64";

    private BzImageBuilder() {}

    /** A bzImage around a packed kernel, whose last four bytes are its unpacked size. */
    static byte[] around(byte[] payload) {
        ByteBuffer image = ByteBuffer.allocate(SETUP_SIZE + PAYLOAD_OFFSET + payload.length + 64)
                .order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 1).putShort(0x1fe, (short) 0xaa55);
        image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII)).putShort(0x206, (short) 0x20f);
        image.putShort(0x20e, (short) 0x160);
        image.put(0x200 + 0x160, (RELEASE + " (builder@host) #1").getBytes(StandardCharsets.US_ASCII));
        image.putInt(0x238, 2047).putInt(0x248, PAYLOAD_OFFSET).putInt(0x24c, payload.length);
        image.put(SETUP_SIZE + PAYLOAD_OFFSET, payload);
        return image.array();
    }

    static byte[] gzip(byte[] kernel) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(kernel);
        }
        return out.toByteArray();
    }

    static byte[] xz(byte[] kernel) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(out, new FilterOptions[] {new X86Options(), new LZMA2Options()})) {
            xz.write(kernel);
        }
        return withSize(out.toByteArray(), kernel.length);
    }

    static byte[] lzma(byte[] kernel) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream lzma = new LZMAOutputStream(out, new LZMA2Options(), -1)) {
            lzma.write(kernel);
        }
        return withSize(out.toByteArray(), kernel.length);
    }

    static byte[] zstd(byte[] kernel) {
        return withSize(Zstd.compress(kernel), kernel.length);
    }

    /** One block of literals only, which any LZ4 decoder must take. */
    static byte[] lz4(byte[] kernel) {
        var block = new ByteArrayOutputStream();
        block.write(0xf0);
        int left = kernel.length - 15;
        for (; left >= 0xff; left -= 0xff) {
            block.write(0xff);
        }
        block.write(left);
        block.writeBytes(kernel);
        return withSize(lz4Frame(block.toByteArray()), kernel.length);
    }

    static byte[] lz4Frame(byte[] block) {
        ByteBuffer frame = ByteBuffer.allocate(8 + block.length).order(ByteOrder.LITTLE_ENDIAN);
        return frame.putInt(Lz4LegacyDecoder.MAGIC)
                .putInt(block.length)
                .put(block)
                .array();
    }

    static byte[] withSize(byte[] packed, int size) {
        ByteBuffer payload = ByteBuffer.allocate(packed.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        return payload.put(packed).putInt(size).array();
    }
}
