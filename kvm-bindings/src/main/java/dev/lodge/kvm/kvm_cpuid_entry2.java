package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_cpuid_entry2} ({@code asm/kvm.h}). The answer to one CPUID leaf.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_cpuid_entry2 {
    /** Bytes. */
    public static final long SIZEOF = 40;

    public static final long function$offset = 0;
    public static final long index$offset = 4;
    public static final long flags$offset = 8;
    public static final long eax$offset = 12;
    public static final long ebx$offset = 16;
    public static final long ecx$offset = 20;
    public static final long edx$offset = 24;

    private kvm_cpuid_entry2() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int function(MemorySegment struct) {
        return struct.get(JAVA_INT, function$offset);
    }

    public static void function(MemorySegment struct, int value) {
        struct.set(JAVA_INT, function$offset, value);
    }

    public static int index(MemorySegment struct) {
        return struct.get(JAVA_INT, index$offset);
    }

    public static void index(MemorySegment struct, int value) {
        struct.set(JAVA_INT, index$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int eax(MemorySegment struct) {
        return struct.get(JAVA_INT, eax$offset);
    }

    public static void eax(MemorySegment struct, int value) {
        struct.set(JAVA_INT, eax$offset, value);
    }

    public static int ebx(MemorySegment struct) {
        return struct.get(JAVA_INT, ebx$offset);
    }

    public static void ebx(MemorySegment struct, int value) {
        struct.set(JAVA_INT, ebx$offset, value);
    }

    public static int ecx(MemorySegment struct) {
        return struct.get(JAVA_INT, ecx$offset);
    }

    public static void ecx(MemorySegment struct, int value) {
        struct.set(JAVA_INT, ecx$offset, value);
    }

    public static int edx(MemorySegment struct) {
        return struct.get(JAVA_INT, edx$offset);
    }

    public static void edx(MemorySegment struct, int value) {
        struct.set(JAVA_INT, edx$offset, value);
    }
}
