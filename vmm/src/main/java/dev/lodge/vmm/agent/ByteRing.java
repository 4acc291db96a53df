package dev.lodge.vmm.agent;

import java.nio.ByteBuffer;

/**
 * A bounded queue of bytes in a fixed array. Its owner brings the lock.
 *
 * <pre>
 *   array:  . . . [ used bytes from head ] . . .      wraps at the end
 * </pre>
 */
final class ByteRing {
    private final byte[] array;
    private int head;
    private int used;

    ByteRing(int capacity) {
        array = new byte[capacity];
    }

    int used() {
        return used;
    }

    int free() {
        return array.length - used;
    }

    /** Takes as many of the buffer's remaining bytes as fit, and returns how many that were. */
    int put(ByteBuffer source) {
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
    int take(byte[] destination, int offset, int length) {
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

    byte[] array() {
        return array;
    }

    /** Index of the oldest byte; {@link #contiguousUsed} bytes follow it without a wrap. */
    int head() {
        return head;
    }

    int contiguousUsed() {
        return Math.min(used, array.length - head);
    }

    /** Drops the oldest {@code length} bytes. */
    void discard(int length) {
        head = (head + length) % array.length;
        used -= length;
    }

    /** Index of the first free byte; {@link #contiguousFree} bytes may be written there without a wrap. */
    int tail() {
        int end = head + used;
        return end >= array.length ? end - array.length : end;
    }

    int contiguousFree() {
        return Math.min(free(), array.length - tail());
    }

    /** Counts {@code length} bytes, written at {@link #tail}, as used. */
    void append(int length) {
        used += length;
    }
}
