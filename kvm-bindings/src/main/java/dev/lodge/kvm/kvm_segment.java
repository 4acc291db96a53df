package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_segment} ({@code asm/kvm.h}). A segment register with its hidden part.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_segment {
    /** Bytes. */
    public static final long SIZEOF = 24;

    public static final long base$offset = 0;
    public static final long limit$offset = 8;
    public static final long selector$offset = 12;
    public static final long type$offset = 14;
    public static final long present$offset = 15;
    public static final long dpl$offset = 16;
    public static final long db$offset = 17;
    public static final long s$offset = 18;
    public static final long l$offset = 19;
    public static final long g$offset = 20;
    public static final long avl$offset = 21;
    public static final long unusable$offset = 22;

    private kvm_segment() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long base(MemorySegment struct) {
        return struct.get(JAVA_LONG, base$offset);
    }

    public static void base(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, base$offset, value);
    }

    public static int limit(MemorySegment struct) {
        return struct.get(JAVA_INT, limit$offset);
    }

    public static void limit(MemorySegment struct, int value) {
        struct.set(JAVA_INT, limit$offset, value);
    }

    public static int selector(MemorySegment struct) {
        return Short.toUnsignedInt(struct.get(JAVA_SHORT, selector$offset));
    }

    public static void selector(MemorySegment struct, int value) {
        struct.set(JAVA_SHORT, selector$offset, (short) value);
    }

    public static int type(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, type$offset));
    }

    public static void type(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, type$offset, (byte) value);
    }

    public static int present(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, present$offset));
    }

    public static void present(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, present$offset, (byte) value);
    }

    public static int dpl(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, dpl$offset));
    }

    public static void dpl(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, dpl$offset, (byte) value);
    }

    public static int db(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, db$offset));
    }

    public static void db(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, db$offset, (byte) value);
    }

    public static int s(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, s$offset));
    }

    public static void s(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, s$offset, (byte) value);
    }

    public static int l(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, l$offset));
    }

    public static void l(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, l$offset, (byte) value);
    }

    public static int g(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, g$offset));
    }

    public static void g(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, g$offset, (byte) value);
    }

    public static int avl(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, avl$offset));
    }

    public static void avl(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, avl$offset, (byte) value);
    }

    public static int unusable(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, unusable$offset));
    }

    public static void unusable(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, unusable$offset, (byte) value);
    }
}
