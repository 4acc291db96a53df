package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msr_filter} ({@code asm/kvm.h}). The MSR filter of a VM ({@code KVM_X86_SET_MSR_FILTER}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msr_filter {
    /** Bytes. */
    public static final long SIZEOF = 392;

    public static final long flags$offset = 0;
    public static final long ranges$offset = 8;

    private kvm_msr_filter() {}

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
}
