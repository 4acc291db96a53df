package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_userspace_memory_region} ({@code linux/kvm.h}). A slot of guest-physical memory and the host memory behind it ({@code KVM_SET_USER_MEMORY_REGION}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_userspace_memory_region {
    /** Bytes. */
    public static final long SIZEOF = 32;

    public static final long slot$offset = 0;
    public static final long flags$offset = 4;
    public static final long guest_phys_addr$offset = 8;
    public static final long memory_size$offset = 16;
    public static final long userspace_addr$offset = 24;

    private kvm_userspace_memory_region() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int slot(MemorySegment struct) {
        return struct.get(JAVA_INT, slot$offset);
    }

    public static void slot(MemorySegment struct, int value) {
        struct.set(JAVA_INT, slot$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static long guest_phys_addr(MemorySegment struct) {
        return struct.get(JAVA_LONG, guest_phys_addr$offset);
    }

    public static void guest_phys_addr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, guest_phys_addr$offset, value);
    }

    public static long memory_size(MemorySegment struct) {
        return struct.get(JAVA_LONG, memory_size$offset);
    }

    public static void memory_size(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, memory_size$offset, value);
    }

    public static long userspace_addr(MemorySegment struct) {
        return struct.get(JAVA_LONG, userspace_addr$offset);
    }

    public static void userspace_addr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, userspace_addr$offset, value);
    }
}
