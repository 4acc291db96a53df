package dev.lodge.vmm.boot;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Damaged LZ4 frames. Each input is a frame after its magic. */
public final class Lz4Fuzzer {

    private static final int ROOM = 1 << 16;

    /** The decoder's two blocks of at most 8 MiB, and what comes with them. */
    private static final long HEAP = 20 << 20;

    private Lz4Fuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer frame = ByteBuffer.allocate(4 + input.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(Lz4LegacyDecoder.MAGIC).put(input).flip();
        Claim.allocatesAtMost(HEAP, () -> {
            ByteBuffer target = ByteBuffer.allocate(ROOM + 16).limit(ROOM);
            try {
                Lz4LegacyDecoder.decode(frame, target);
            } catch (IOException corrupt) {
                require(corrupt.getMessage() != null, "a refusal without a word");
            }
            require(target.position() <= ROOM, "more than there was room for");
        });
    }

    /** A frame of literals, and one with a match that overlaps itself. */
    public static List<byte[]> seeds() {
        byte[] literals = BzImageBuilder.lz4Frame(new byte[] {0x30, 'a', 'b', 'c'});
        byte[] match = BzImageBuilder.lz4Frame(new byte[] {0x1f, 'a', 1, 0, 9, 0x10, 'b'});
        return List.of(withoutMagic(literals), withoutMagic(match));
    }

    private static byte[] withoutMagic(byte[] frame) {
        return java.util.Arrays.copyOfRange(frame, 4, frame.length);
    }
}
