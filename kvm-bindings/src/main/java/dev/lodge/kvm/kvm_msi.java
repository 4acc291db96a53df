package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msi} ({@code linux/kvm.h}). A message-signalled interrupt ({@code KVM_SIGNAL_MSI}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msi {
    /** Bytes. */
    public static final long SIZEOF = 32;

    public static final long address_lo$offset = 0;
    public static final long address_hi$offset = 4;
    public static final long data$offset = 8;
    public static final long flags$offset = 12;
    public static final long devid$offset = 16;

    private kvm_msi() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int address_lo(MemorySegment struct) {
        return struct.get(JAVA_INT, address_lo$offset);
    }

    public static void address_lo(MemorySegment struct, int value) {
        struct.set(JAVA_INT, address_lo$offset, value);
    }

    public static int address_hi(MemorySegment struct) {
        return struct.get(JAVA_INT, address_hi$offset);
    }

    public static void address_hi(MemorySegment struct, int value) {
        struct.set(JAVA_INT, address_hi$offset, value);
    }

    public static int data(MemorySegment struct) {
        return struct.get(JAVA_INT, data$offset);
    }

    public static void data(MemorySegment struct, int value) {
        struct.set(JAVA_INT, data$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int devid(MemorySegment struct) {
        return struct.get(JAVA_INT, devid$offset);
    }

    public static void devid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, devid$offset, value);
    }
}
