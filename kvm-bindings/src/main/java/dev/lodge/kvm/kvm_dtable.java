package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_dtable} ({@code asm/kvm.h}). A descriptor-table register (GDTR, IDTR).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_dtable {
    /** Bytes. */
    public static final long SIZEOF = 16;

    public static final long base$offset = 0;
    public static final long limit$offset = 8;

    private kvm_dtable() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long base(MemorySegment struct) {
        return struct.get(JAVA_LONG, base$offset);
    }

    public static void base(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, base$offset, value);
    }

    public static int limit(MemorySegment struct) {
        return Short.toUnsignedInt(struct.get(JAVA_SHORT, limit$offset));
    }

    public static void limit(MemorySegment struct, int value) {
        struct.set(JAVA_SHORT, limit$offset, (short) value);
    }
}
