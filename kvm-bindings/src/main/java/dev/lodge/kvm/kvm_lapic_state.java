package dev.lodge.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_lapic_state} ({@code asm/kvm.h}). The registers of a vCPU's local APIC as its 1 KiB page shows them ({@code KVM_GET_LAPIC}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_lapic_state {
    /** Bytes. */
    public static final long SIZEOF = 1024;

    public static final long regs$offset = 0;

    private kvm_lapic_state() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }
}
