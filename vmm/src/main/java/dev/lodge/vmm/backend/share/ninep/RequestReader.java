package dev.lodge.vmm.backend.share.ninep;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lodge.linux.Errno;
import dev.lodge.linux.NativeString;
import java.lang.foreign.MemorySegment;

/**
 * Takes a request apart from left to right, and believes none of its lengths. Numbers are little-endian; a string is two bytes
 * of length and as many bytes.
 */
final class RequestReader {
    private MemorySegment bytes = MemorySegment.NULL;
    private long position;
    private long end;

    /** Begins with a request, after its header. */
    void begin(MemorySegment request, int length) {
        bytes = request;
        position = Limits.HEADER;
        end = length;
    }

    /** Where it is, for {@link #back}. */
    long position() {
        return position;
    }

    /** Goes back to where it was. */
    void back(long before) {
        position = before;
    }

    MemorySegment bytes() {
        return bytes;
    }

    private long take(int count) throws MalformedRequest {
        if (count < 0 || end - position < count) {
            throw new MalformedRequest();
        }
        long at = position;
        position += count;
        return at;
    }

    int u8() throws MalformedRequest {
        return Byte.toUnsignedInt(bytes.get(JAVA_BYTE, take(Byte.BYTES)));
    }

    int u16() throws MalformedRequest {
        return Short.toUnsignedInt(bytes.get(JAVA_SHORT_UNALIGNED, take(Short.BYTES)));
    }

    /** An unsigned number of 32 bits. */
    int u32() throws MalformedRequest {
        return bytes.get(JAVA_INT_UNALIGNED, take(Integer.BYTES));
    }

    /** An unsigned number of 64 bits. */
    long u64() throws MalformedRequest {
        return bytes.get(JAVA_LONG_UNALIGNED, take(Long.BYTES));
    }

    /** Passes over a string. */
    void skipString() throws MalformedRequest {
        var _ = take(u16());
    }

    /** Passes over data, and tells where they are. */
    long data(int count) throws MalformedRequest {
        return take(count);
    }

    /**
     * A string.
     *
     * @return 0, or {@code -errno} if it is too long or has a NUL in it
     */
    long string(NativeString into) throws MalformedRequest {
        int length = u16();
        long at = take(length);
        if (length > into.capacity()) {
            return -Errno.ENAMETOOLONG;
        }
        into.set(bytes, at, length);
        return into.contains('\0') ? -Errno.EINVAL : 0;
    }

    /**
     * The name of a file in a directory.
     *
     * @return 0, or {@code -errno} if it cannot be one
     */
    long name(NativeString into) throws MalformedRequest {
        long refused = string(into);
        if (refused != 0) {
            return refused;
        }
        return into.length() == 0 || into.contains('/') ? -Errno.EINVAL : 0;
    }

    /**
     * The name of a file that is to be made, moved or removed: {@code .} and {@code ..} are none.
     *
     * @return 0, or {@code -errno} if it cannot be one
     */
    long properName(NativeString into) throws MalformedRequest {
        long refused = name(into);
        return refused == 0 && (into.is(".") || into.is("..")) ? -Errno.EINVAL : refused;
    }

    /** Makes sure that nothing follows. */
    void end() throws MalformedRequest {
        if (position != end) {
            throw new MalformedRequest();
        }
    }
}
