package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_xen_hvm_config} ({@code linux/kvm.h}). How KVM treats Xen hypercalls and the hypercall-page MSR ({@code KVM_XEN_HVM_CONFIG}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_xen_hvm_config {
    /** Bytes. */
    public static final long SIZEOF = 56;

    public static final long flags$offset = 0;
    public static final long msr$offset = 4;
    public static final long blob_addr_32$offset = 8;
    public static final long blob_addr_64$offset = 16;
    public static final long blob_size_32$offset = 24;
    public static final long blob_size_64$offset = 25;

    private kvm_xen_hvm_config() {}

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

    public static int msr(MemorySegment struct) {
        return struct.get(JAVA_INT, msr$offset);
    }

    public static void msr(MemorySegment struct, int value) {
        struct.set(JAVA_INT, msr$offset, value);
    }

    public static long blob_addr_32(MemorySegment struct) {
        return struct.get(JAVA_LONG, blob_addr_32$offset);
    }

    public static void blob_addr_32(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, blob_addr_32$offset, value);
    }

    public static long blob_addr_64(MemorySegment struct) {
        return struct.get(JAVA_LONG, blob_addr_64$offset);
    }

    public static void blob_addr_64(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, blob_addr_64$offset, value);
    }

    public static int blob_size_32(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, blob_size_32$offset));
    }

    public static void blob_size_32(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, blob_size_32$offset, (byte) value);
    }

    public static int blob_size_64(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, blob_size_64$offset));
    }

    public static void blob_size_64(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, blob_size_64$offset, (byte) value);
    }
}
