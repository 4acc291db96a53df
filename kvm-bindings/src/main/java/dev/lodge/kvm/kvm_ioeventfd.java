package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_ioeventfd} ({@code linux/kvm.h}). An eventfd that a guest's port or MMIO write signals ({@code KVM_IOEVENTFD}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_ioeventfd {
    /** Bytes. */
    public static final long SIZEOF = 64;

    public static final long datamatch$offset = 0;
    public static final long addr$offset = 8;
    public static final long len$offset = 16;
    public static final long fd$offset = 20;
    public static final long flags$offset = 24;

    private kvm_ioeventfd() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long datamatch(MemorySegment struct) {
        return struct.get(JAVA_LONG, datamatch$offset);
    }

    public static void datamatch(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, datamatch$offset, value);
    }

    public static long addr(MemorySegment struct) {
        return struct.get(JAVA_LONG, addr$offset);
    }

    public static void addr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, addr$offset, value);
    }

    public static int len(MemorySegment struct) {
        return struct.get(JAVA_INT, len$offset);
    }

    public static void len(MemorySegment struct, int value) {
        struct.set(JAVA_INT, len$offset, value);
    }

    public static int fd(MemorySegment struct) {
        return struct.get(JAVA_INT, fd$offset);
    }

    public static void fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, fd$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }
}
