package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_cpuid2} ({@code asm/kvm.h}). Header of a CPUID table; {@link kvm_cpuid_entry2} follow it.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_cpuid2 {
    /** Bytes. */
    public static final long SIZEOF = 8;

    public static final long nent$offset = 0;
    public static final long padding$offset = 4;
    public static final long entries$offset = 8;

    private kvm_cpuid2() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int nent(MemorySegment struct) {
        return struct.get(JAVA_INT, nent$offset);
    }

    public static void nent(MemorySegment struct, int value) {
        struct.set(JAVA_INT, nent$offset, value);
    }

    public static int padding(MemorySegment struct) {
        return struct.get(JAVA_INT, padding$offset);
    }

    public static void padding(MemorySegment struct, int value) {
        struct.set(JAVA_INT, padding$offset, value);
    }
}
