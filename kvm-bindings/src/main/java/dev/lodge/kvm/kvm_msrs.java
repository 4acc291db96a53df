package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msrs} ({@code asm/kvm.h}). Header of a list of {@link kvm_msr_entry}.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msrs {
    /** Bytes. */
    public static final long SIZEOF = 8;

    public static final long nmsrs$offset = 0;
    public static final long pad$offset = 4;
    public static final long entries$offset = 8;

    private kvm_msrs() {}

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

    public static int pad(MemorySegment struct) {
        return struct.get(JAVA_INT, pad$offset);
    }

    public static void pad(MemorySegment struct, int value) {
        struct.set(JAVA_INT, pad$offset, value);
    }
}
