package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_vcpu_events} ({@code asm/kvm.h}). Exceptions, interrupts and NMIs on their way into a vCPU ({@code KVM_GET_VCPU_EVENTS}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_vcpu_events {
    /** Bytes. */
    public static final long SIZEOF = 64;

    public static final long exception$injected$offset = 0;
    public static final long exception$nr$offset = 1;
    public static final long exception$has_error_code$offset = 2;
    public static final long exception$pending$offset = 3;
    public static final long exception$error_code$offset = 4;
    public static final long interrupt$injected$offset = 8;
    public static final long interrupt$nr$offset = 9;
    public static final long interrupt$soft$offset = 10;
    public static final long interrupt$shadow$offset = 11;
    public static final long nmi$injected$offset = 12;
    public static final long nmi$pending$offset = 13;
    public static final long nmi$masked$offset = 14;
    public static final long sipi_vector$offset = 16;
    public static final long flags$offset = 20;
    public static final long smi$smm$offset = 24;
    public static final long smi$pending$offset = 25;
    public static final long smi$smm_inside_nmi$offset = 26;
    public static final long smi$latched_init$offset = 27;
    public static final long triple_fault$pending$offset = 28;
    public static final long exception_has_payload$offset = 55;
    public static final long exception_payload$offset = 56;

    private kvm_vcpu_events() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int exception$injected(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, exception$injected$offset));
    }

    public static void exception$injected(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, exception$injected$offset, (byte) value);
    }

    public static int exception$nr(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, exception$nr$offset));
    }

    public static void exception$nr(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, exception$nr$offset, (byte) value);
    }

    public static int exception$has_error_code(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, exception$has_error_code$offset));
    }

    public static void exception$has_error_code(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, exception$has_error_code$offset, (byte) value);
    }

    public static int exception$pending(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, exception$pending$offset));
    }

    public static void exception$pending(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, exception$pending$offset, (byte) value);
    }

    public static int exception$error_code(MemorySegment struct) {
        return struct.get(JAVA_INT, exception$error_code$offset);
    }

    public static void exception$error_code(MemorySegment struct, int value) {
        struct.set(JAVA_INT, exception$error_code$offset, value);
    }

    public static int interrupt$injected(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, interrupt$injected$offset));
    }

    public static void interrupt$injected(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, interrupt$injected$offset, (byte) value);
    }

    public static int interrupt$nr(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, interrupt$nr$offset));
    }

    public static void interrupt$nr(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, interrupt$nr$offset, (byte) value);
    }

    public static int interrupt$soft(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, interrupt$soft$offset));
    }

    public static void interrupt$soft(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, interrupt$soft$offset, (byte) value);
    }

    public static int interrupt$shadow(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, interrupt$shadow$offset));
    }

    public static void interrupt$shadow(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, interrupt$shadow$offset, (byte) value);
    }

    public static int nmi$injected(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, nmi$injected$offset));
    }

    public static void nmi$injected(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, nmi$injected$offset, (byte) value);
    }

    public static int nmi$pending(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, nmi$pending$offset));
    }

    public static void nmi$pending(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, nmi$pending$offset, (byte) value);
    }

    public static int nmi$masked(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, nmi$masked$offset));
    }

    public static void nmi$masked(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, nmi$masked$offset, (byte) value);
    }

    public static int sipi_vector(MemorySegment struct) {
        return struct.get(JAVA_INT, sipi_vector$offset);
    }

    public static void sipi_vector(MemorySegment struct, int value) {
        struct.set(JAVA_INT, sipi_vector$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int smi$smm(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, smi$smm$offset));
    }

    public static void smi$smm(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, smi$smm$offset, (byte) value);
    }

    public static int smi$pending(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, smi$pending$offset));
    }

    public static void smi$pending(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, smi$pending$offset, (byte) value);
    }

    public static int smi$smm_inside_nmi(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, smi$smm_inside_nmi$offset));
    }

    public static void smi$smm_inside_nmi(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, smi$smm_inside_nmi$offset, (byte) value);
    }

    public static int smi$latched_init(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, smi$latched_init$offset));
    }

    public static void smi$latched_init(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, smi$latched_init$offset, (byte) value);
    }

    public static int triple_fault$pending(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, triple_fault$pending$offset));
    }

    public static void triple_fault$pending(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, triple_fault$pending$offset, (byte) value);
    }

    public static int exception_has_payload(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, exception_has_payload$offset));
    }

    public static void exception_has_payload(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, exception_has_payload$offset, (byte) value);
    }

    public static long exception_payload(MemorySegment struct) {
        return struct.get(JAVA_LONG, exception_payload$offset);
    }

    public static void exception_payload(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, exception_payload$offset, value);
    }
}
