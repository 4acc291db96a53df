package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_translation} ({@code linux/kvm.h}). A guest-virtual address and where the guest's page tables put it ({@code KVM_TRANSLATE}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_translation {
    /** Bytes. */
    public static final long SIZEOF = 24;

    public static final long linear_address$offset = 0;
    public static final long physical_address$offset = 8;
    public static final long valid$offset = 16;
    public static final long writeable$offset = 17;
    public static final long usermode$offset = 18;

    private kvm_translation() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long linear_address(MemorySegment struct) {
        return struct.get(JAVA_LONG, linear_address$offset);
    }

    public static void linear_address(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, linear_address$offset, value);
    }

    public static long physical_address(MemorySegment struct) {
        return struct.get(JAVA_LONG, physical_address$offset);
    }

    public static void physical_address(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, physical_address$offset, value);
    }

    public static int valid(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, valid$offset));
    }

    public static void valid(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, valid$offset, (byte) value);
    }

    public static int writeable(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, writeable$offset));
    }

    public static void writeable(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, writeable$offset, (byte) value);
    }

    public static int usermode(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, usermode$offset));
    }

    public static void usermode(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, usermode$offset, (byte) value);
    }
}
