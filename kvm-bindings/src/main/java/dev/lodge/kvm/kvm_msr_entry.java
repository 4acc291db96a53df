package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_msr_entry} ({@code asm/kvm.h}). A model-specific register and its value.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_msr_entry {
    /** Bytes. */
    public static final long SIZEOF = 16;

    public static final long index$offset = 0;
    public static final long reserved$offset = 4;
    public static final long data$offset = 8;

    private kvm_msr_entry() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int index(MemorySegment struct) {
        return struct.get(JAVA_INT, index$offset);
    }

    public static void index(MemorySegment struct, int value) {
        struct.set(JAVA_INT, index$offset, value);
    }

    public static int reserved(MemorySegment struct) {
        return struct.get(JAVA_INT, reserved$offset);
    }

    public static void reserved(MemorySegment struct, int value) {
        struct.set(JAVA_INT, reserved$offset, value);
    }

    public static long data(MemorySegment struct) {
        return struct.get(JAVA_LONG, data$offset);
    }

    public static void data(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, data$offset, value);
    }
}
