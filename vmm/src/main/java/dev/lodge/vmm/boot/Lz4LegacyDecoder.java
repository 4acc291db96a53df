package dev.lodge.vmm.boot;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Unpacks LZ4's legacy frame, which is how Linux packs kernels with LZ4 ({@code lz4_Frame_format.md}, "Legacy frame", and
 * {@code lz4_Block_format.md}).
 *
 * <pre>
 *   frame  = 02 21 4c 18, block...          block = size (32 bits), sequence...      each block unpacks to at most 8 MiB
 *   sequence = token, [length...], literals, [offset (16 bits), [length...]]         the last one ends after its literals
 *   token    = literals' length (4 bits), match's length - 4 (4 bits); 15 means that more follows: bytes of 255, then a smaller one
 * </pre>
 */
final class Lz4LegacyDecoder {

    /** The frame's first four bytes, read as a little-endian number. */
    static final int MAGIC = 0x184c2102;

    private static final int BLOCK_LIMIT = 8 << 20;
    private static final int PACKED_BLOCK_LIMIT = BLOCK_LIMIT + BLOCK_LIMIT / 255 + 16;
    private static final int LONG_LENGTH = 15;
    private static final int SHORTEST_MATCH = 4;

    private final ByteBuffer frame;
    private final byte[] unpacked = new byte[BLOCK_LIMIT];
    private byte[] packed = new byte[0];
    private int in;
    private int inEnd;

    private Lz4LegacyDecoder(ByteBuffer frame) {
        this.frame = frame;
    }

    /**
     * Unpacks {@code frame} into {@code target}.
     *
     * @param frame the frame from its magic on, little-endian, with nothing after it
     * @throws IOException if the frame is corrupt or holds more than {@code target} has room for
     */
    static void decode(ByteBuffer frame, ByteBuffer target) throws IOException {
        new Lz4LegacyDecoder(frame.duplicate().order(frame.order())).decode(target);
    }

    private void decode(ByteBuffer target) throws IOException {
        frame.getInt();
        while (frame.hasRemaining()) {
            int length = block();
            if (length > target.remaining()) {
                throw new IOException("it unpacks to more than its size says");
            }
            target.put(unpacked, 0, length);
        }
    }

    /** Unpacks the next block, and says how long it is. */
    private int block() throws IOException {
        long size = frame.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(frame.getInt());
        if (size < 0 || size > Math.min(frame.remaining(), PACKED_BLOCK_LIMIT)) {
            throw new IOException("an LZ4 block is cut off");
        }
        if (packed.length < size) {
            packed = new byte[(int) size];
        }
        frame.get(packed, 0, (int) size);
        in = 0;
        inEnd = (int) size;
        int out = 0;
        while (in < inEnd) {
            int token = next();
            out = literals(out, length(token >>> 4));
            if (in < inEnd) {
                out = match(out, token & LONG_LENGTH);
            }
        }
        return out;
    }

    private int literals(int out, int length) throws IOException {
        if (length > inEnd - in || length > unpacked.length - out) {
            throw new IOException("an LZ4 literal runs past its block");
        }
        System.arraycopy(packed, in, unpacked, out, length);
        in += length;
        return out + length;
    }

    private int match(int out, int shortLength) throws IOException {
        int distance = next() | next() << 8;
        int length = length(shortLength) + SHORTEST_MATCH;
        if (distance == 0 || distance > out || length > unpacked.length - out) {
            throw new IOException("an LZ4 match points outside its block");
        }
        if (distance >= length) {
            System.arraycopy(unpacked, out - distance, unpacked, out, length);
        } else {
            // The match overlaps what it makes: it repeats the last bytes.
            for (int i = out; i < out + length; i++) {
                unpacked[i] = unpacked[i - distance];
            }
        }
        return out + length;
    }

    private int length(int shortLength) throws IOException {
        int length = shortLength;
        if (shortLength == LONG_LENGTH) {
            int more;
            do {
                more = next();
                length += more;
            } while (more == 0xff && length < BLOCK_LIMIT);
        }
        return length;
    }

    private int next() throws IOException {
        if (in >= inEnd) {
            throw new IOException("an LZ4 block is cut off");
        }
        return packed[in++] & 0xff;
    }
}
