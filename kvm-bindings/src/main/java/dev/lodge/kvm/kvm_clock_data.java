package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_clock_data} ({@code linux/kvm.h}). The VM's clock, in nanoseconds ({@code KVM_GET_CLOCK}, {@code KVM_SET_CLOCK}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_clock_data {
    /** Bytes. */
    public static final long SIZEOF = 48;

    public static final long clock$offset = 0;
    public static final long flags$offset = 8;
    public static final long realtime$offset = 16;
    public static final long host_tsc$offset = 24;

    private kvm_clock_data() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long clock(MemorySegment struct) {
        return struct.get(JAVA_LONG, clock$offset);
    }

    public static void clock(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, clock$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static long realtime(MemorySegment struct) {
        return struct.get(JAVA_LONG, realtime$offset);
    }

    public static void realtime(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, realtime$offset, value);
    }

    public static long host_tsc(MemorySegment struct) {
        return struct.get(JAVA_LONG, host_tsc$offset);
    }

    public static void host_tsc(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, host_tsc$offset, value);
    }
}
