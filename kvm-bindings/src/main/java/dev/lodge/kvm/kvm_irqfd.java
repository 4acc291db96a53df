package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_irqfd} ({@code linux/kvm.h}). An eventfd that raises a GSI ({@code KVM_IRQFD}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_irqfd {
    /** Bytes. */
    public static final long SIZEOF = 32;

    public static final long fd$offset = 0;
    public static final long gsi$offset = 4;
    public static final long flags$offset = 8;
    public static final long resamplefd$offset = 12;

    private kvm_irqfd() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int fd(MemorySegment struct) {
        return struct.get(JAVA_INT, fd$offset);
    }

    public static void fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, fd$offset, value);
    }

    public static int gsi(MemorySegment struct) {
        return struct.get(JAVA_INT, gsi$offset);
    }

    public static void gsi(MemorySegment struct, int value) {
        struct.set(JAVA_INT, gsi$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int resamplefd(MemorySegment struct) {
        return struct.get(JAVA_INT, resamplefd$offset);
    }

    public static void resamplefd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, resamplefd$offset, value);
    }
}
