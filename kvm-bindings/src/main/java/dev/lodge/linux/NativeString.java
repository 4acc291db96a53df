package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A string as C has it, in native memory that is written again and again: a name or a path for the next call. Its bytes are
 * the kernel's, in no particular encoding. One thread at a time; allocates nothing once it is there.
 */
public final class NativeString {
    private static final byte[] PROC_SELF_FD = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_DIGITS = 10;

    private final MemorySegment memory;
    private int length;

    /**
     * An empty one.
     *
     * @param capacity bytes that it can hold, without the NUL at its end
     */
    public NativeString(int capacity) {
        memory = Arena.ofAuto().allocate(capacity + 1L);
    }

    /** Bytes that it can hold. */
    public int capacity() {
        return (int) memory.byteSize() - 1;
    }

    /** Bytes that it holds. */
    public int length() {
        return length;
    }

    /** One of its bytes. */
    public byte at(int index) {
        return memory.get(JAVA_BYTE, index);
    }

    /** Whether it is made of these bytes of ASCII. */
    public boolean is(String ascii) {
        if (ascii.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (at(i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it begins with these bytes of ASCII. */
    public boolean startsWith(String ascii) {
        if (ascii.length() > length) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (at(i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of its bytes is this one. */
    public boolean contains(char ascii) {
        for (int i = 0; i < length; i++) {
            if (at(i) == ascii) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes other bytes. A NUL among them ends the string for the kernel, so look for one first: {@link #contains}.
     *
     * @throws IndexOutOfBoundsException if the source has no such range, or there are more than it can hold
     */
    public void set(MemorySegment source, long offset, int count) {
        if (count > capacity()) {
            throw new IndexOutOfBoundsException(count + " bytes for a string of at most " + capacity());
        }
        MemorySegment.copy(source, offset, memory, 0, count);
        end(count);
    }

    /** Takes other bytes; as {@link #set(MemorySegment, long, int)}. */
    public void set(byte[] bytes) {
        set(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    /** Becomes the path by which this process finds a file again that it has open, whatever has become of its name. */
    public void setToOpenFile(int fd) {
        int place = PROC_SELF_FD.length;
        MemorySegment.copy(PROC_SELF_FD, 0, memory, JAVA_BYTE, 0, place);
        int digits = 1;
        for (int rest = fd / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = fd;
        for (int i = digits - 1; i >= 0; i--) {
            memory.set(JAVA_BYTE, place + (long) i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        end(place + digits);
    }

    /** One that can hold what {@link #setToOpenFile} makes. */
    static NativeString forOpenFiles() {
        return new NativeString(PROC_SELF_FD.length + MOST_DIGITS);
    }

    private void end(int count) {
        memory.set(JAVA_BYTE, count, (byte) 0);
        length = count;
    }

    /** Copies its bytes elsewhere. */
    public void copyTo(MemorySegment target, long offset) {
        MemorySegment.copy(memory, 0, target, offset, length);
    }

    /** Its bytes. */
    public byte[] bytes() {
        return memory.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** Where it is; the caller keeps the string reachable until the call is over. */
    long address() {
        return memory.address();
    }

    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
