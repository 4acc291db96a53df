package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msr_list} ({@code asm/kvm.h}). Header of a list of MSR numbers ({@code KVM_GET_MSR_INDEX_LIST}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msr_list {
    /** Bytes. */
    public static final long SIZEOF = 4;

    public static final long nmsrs$offset = 0;
    public static final long indices$offset = 4;

    private kvm_msr_list() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int nmsrs(MemorySegment struct) {
        return struct.get(JAVA_INT, nmsrs$offset);
    }

    public static void nmsrs(MemorySegment struct, int value) {
        struct.set(JAVA_INT, nmsrs$offset, value);
    }
}
