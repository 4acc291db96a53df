package dev.lodge.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_sync_regs} ({@code asm/kvm.h}). The registers that {@code kvm_run} carries in and out without an ioctl.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_sync_regs {
    /** Bytes. */
    public static final long SIZEOF = 520;

    public static final long regs$offset = 0;
    public static final long sregs$offset = 144;
    public static final long events$offset = 456;

    private kvm_sync_regs() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static MemorySegment regs(MemorySegment struct) {
        return struct.asSlice(regs$offset, kvm_regs.SIZEOF);
    }

    public static MemorySegment sregs(MemorySegment struct) {
        return struct.asSlice(sregs$offset, kvm_sregs.SIZEOF);
    }

    public static MemorySegment events(MemorySegment struct) {
        return struct.asSlice(events$offset, kvm_vcpu_events.SIZEOF);
    }
}
