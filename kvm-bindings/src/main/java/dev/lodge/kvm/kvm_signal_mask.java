package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_signal_mask} ({@code linux/kvm.h}). Header of the signal mask that holds during {@code KVM_RUN}; the kernel's 8-byte set follows it.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_signal_mask {
    /** Bytes. */
    public static final long SIZEOF = 4;

    public static final long len$offset = 0;
    public static final long sigset$offset = 4;

    private kvm_signal_mask() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int len(MemorySegment struct) {
        return struct.get(JAVA_INT, len$offset);
    }

    public static void len(MemorySegment struct, int value) {
        struct.set(JAVA_INT, len$offset, value);
    }
}
