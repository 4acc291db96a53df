package dev.lodge.fuzz;

import java.util.Arrays;

/** Takes decisions from a fuzzer's bytes, front to back. Past the end everything is 0. */
public final class Input {

    private final byte[] bytes;
    private int at;

    /** Reads all of the array, which is not copied. */
    public Input(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether bytes are left. */
    public boolean hasMore() {
        return at < bytes.length;
    }

    /** A byte, 0 to 255. */
    public int u8() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** Two bytes, little-endian, as the others are. */
    public int u16() {
        return u8() | u8() << 8;
    }

    /** Four bytes. */
    public int i32() {
        return u16() | u16() << 16;
    }

    /** Eight bytes. */
    public long i64() {
        return Integer.toUnsignedLong(i32()) | (long) i32() << 32;
    }

    /** As many bytes as there are, {@code most} at most. */
    public byte[] bytes(int most) {
        int from = at;
        at = Math.min(bytes.length, at + most);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** All that is left. */
    public byte[] rest() {
        return bytes(bytes.length);
    }
}
