package dev.lodge.integration;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A bzImage seen from outside Lodge's own loader (Documentation/arch/x86/boot.rst in Linux), as Debian's cloud kernels
 * are: compressed with zstd, or with LZ4 in its legacy frames (doc/lz4_Frame_format.md of LZ4).
 */
public final class CompressedKernel {
    private static final int SETUP_SECTS = 0x1f1;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int SECTOR = 512;
    private static final int LZ4_LEGACY = 0x184c2102;

    private CompressedKernel() {}

    /** For {@code tools/bench}: {@code CompressedKernel BZIMAGE VMLINUX}. */
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[1]), unpack(Path.of(arguments[0])));
    }

    /** The vmlinux in a bzImage. */
    static byte[] unpack(Path bzImage) throws IOException {
        byte[] file = Files.readAllBytes(bzImage);
        // the last four bytes of the payload are the unpacked size
        int length = little(file).getInt(PAYLOAD_LENGTH) - Integer.BYTES;
        int size = little(file).getInt(payload(file) + length);
        ByteBuffer in = little(file).position(payload(file)).limit(payload(file) + length);
        if (in.getInt(in.position()) == LZ4_LEGACY) {
            return unpackLz4(in.position(in.position() + Integer.BYTES), size);
        }
        try (var zstd = new ZstdInputStream(new ByteArrayInputStream(file, payload(file), length))) {
            return zstd.readAllBytes();
        }
    }

    /** Where the compressed kernel begins. */
    static int payload(byte[] file) {
        return (file[SETUP_SECTS] + 1) * SECTOR + little(file).getInt(PAYLOAD_OFFSET);
    }

    private static ByteBuffer little(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] unpackLz4(ByteBuffer in, int size) {
        byte[] out = new byte[size];
        int at = 0;
        while (in.remaining() > Integer.BYTES) {
            int end = in.getInt() + in.position();
            while (in.position() < end) {
                int token = Byte.toUnsignedInt(in.get());
                int literals = lz4Length(token >> 4, in);
                in.get(out, at, literals);
                at += literals;
                if (in.position() < end) {
                    int distance = Short.toUnsignedInt(in.getShort());
                    for (int left = lz4Length(token & 15, in) + 4; left > 0; left--, at++) {
                        out[at] = out[at - distance];
                    }
                }
            }
        }
        return Arrays.copyOf(out, at);
    }

    private static int lz4Length(int start, ByteBuffer in) {
        int length = start;
        if (start == 15) {
            int more;
            do {
                more = Byte.toUnsignedInt(in.get());
                length += more;
            } while (more == 255);
        }
        return length;
    }
}
