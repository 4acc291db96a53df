package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_enable_cap} ({@code linux/kvm.h}). A capability to switch on ({@code KVM_ENABLE_CAP}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_enable_cap {
    /** Bytes. */
    public static final long SIZEOF = 104;

    public static final long cap$offset = 0;
    public static final long flags$offset = 4;
    public static final long args$offset = 8;

    private kvm_enable_cap() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int cap(MemorySegment struct) {
        return struct.get(JAVA_INT, cap$offset);
    }

    public static void cap(MemorySegment struct, int value) {
        struct.set(JAVA_INT, cap$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static long args(MemorySegment struct, int i) {
        return struct.get(JAVA_LONG, args$offset + 8L * i);
    }

    public static void args(MemorySegment struct, int i, long value) {
        struct.set(JAVA_LONG, args$offset + 8L * i, value);
    }
}
