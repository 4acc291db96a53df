package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msr_filter_range} ({@code asm/kvm.h}). A run of MSRs and a bitmap of those that the guest may use directly.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msr_filter_range {
    /** Bytes. */
    public static final long SIZEOF = 24;

    public static final long flags$offset = 0;
    public static final long nmsrs$offset = 4;
    public static final long base$offset = 8;
    public static final long bitmap$offset = 16;

    private kvm_msr_filter_range() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int nmsrs(MemorySegment struct) {
        return struct.get(JAVA_INT, nmsrs$offset);
    }

    public static void nmsrs(MemorySegment struct, int value) {
        struct.set(JAVA_INT, nmsrs$offset, value);
    }

    public static int base(MemorySegment struct) {
        return struct.get(JAVA_INT, base$offset);
    }

    public static void base(MemorySegment struct, int value) {
        struct.set(JAVA_INT, base$offset, value);
    }

    public static long bitmap(MemorySegment struct) {
        return struct.get(JAVA_LONG, bitmap$offset);
    }

    public static void bitmap(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, bitmap$offset, value);
    }
}
