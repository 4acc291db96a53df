package dev.lodge.vmm.io;

import java.nio.ByteBuffer;

/**
 * A bounded queue of bytes in a fixed array. Its owner brings the lock.
 *
 * <pre>
 *   array:  . . . [ used bytes from head ] . . .      wraps at the end
 * </pre>
 */
public final class ByteRing {
    private final byte[] array;
    private int head;
    private int used;

    /** An empty one. */
    public ByteRing(int capacity) {
        array = new byte[capacity];
    }

    /** How many bytes wait. */
    public int used() {
        return used;
    }

    /** How many more there is room for. */
    public int free() {
        return array.length - used;
    }

    /** Takes as many of the buffer's remaining bytes as fit, and returns how many that were. */
    public int put(ByteBuffer source) {
        int taken = Math.min(source.remaining(), free());
        int copied = 0;
        while (copied < taken) {
            int chunk = Math.min(taken - copied, contiguousFree());
            source.get(array, tail(), chunk);
            append(chunk);
            copied += chunk;
        }
        return taken;
    }

    /** Moves up to {@code length} bytes out and returns how many that were. */
    public int take(byte[] destination, int offset, int length) {
        int given = Math.min(length, used);
        int copied = 0;
        while (copied < given) {
            int chunk = Math.min(given - copied, contiguousUsed());
            System.arraycopy(array, head, destination, offset + copied, chunk);
            discard(chunk);
            copied += chunk;
        }
        return given;
    }

    /** The array itself. */
    public byte[] array() {
        return array;
    }

    /** Index of the oldest byte; {@link #contiguousUsed} bytes follow it without a wrap. */
    public int head() {
        return head;
    }

    /** How many bytes from {@link #head} on do not wrap. */
    public int contiguousUsed() {
        return Math.min(used, array.length - head);
    }

    /** Drops the oldest {@code length} bytes. */
    public void discard(int length) {
        head = (head + length) % array.length;
        used -= length;
    }

    /** Index of the first free byte; {@link #contiguousFree} bytes may be written there without a wrap. */
    public int tail() {
        int end = head + used;
        return end >= array.length ? end - array.length : end;
    }

    /** How many bytes from {@link #tail} on do not wrap. */
    public int contiguousFree() {
        return Math.min(free(), array.length - tail());
    }

    /** Counts {@code length} bytes, written at {@link #tail}, as used. */
    public void append(int length) {
        used += length;
    }
}
