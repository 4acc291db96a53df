package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_mp_state} ({@code linux/kvm.h}). What a vCPU waits for ({@code KVM_GET_MP_STATE}); one of {@code KVM_MP_STATE_*}.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_mp_state {
    /** Bytes. */
    public static final long SIZEOF = 4;

    public static final long mp_state$offset = 0;

    private kvm_mp_state() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int mp_state(MemorySegment struct) {
        return struct.get(JAVA_INT, mp_state$offset);
    }

    public static void mp_state(MemorySegment struct, int value) {
        struct.set(JAVA_INT, mp_state$offset, value);
    }
}
