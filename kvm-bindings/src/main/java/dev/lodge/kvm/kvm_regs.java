package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_regs} ({@code asm/kvm.h}). The general registers of a vCPU ({@code KVM_GET_REGS}, {@code KVM_SET_REGS}, the sync area of {@code kvm_run}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_regs {
    /** Bytes. */
    public static final long SIZEOF = 144;

    public static final long rax$offset = 0;
    public static final long rbx$offset = 8;
    public static final long rcx$offset = 16;
    public static final long rdx$offset = 24;
    public static final long rsi$offset = 32;
    public static final long rdi$offset = 40;
    public static final long rsp$offset = 48;
    public static final long rbp$offset = 56;
    public static final long r8$offset = 64;
    public static final long r9$offset = 72;
    public static final long r10$offset = 80;
    public static final long r11$offset = 88;
    public static final long r12$offset = 96;
    public static final long r13$offset = 104;
    public static final long r14$offset = 112;
    public static final long r15$offset = 120;
    public static final long rip$offset = 128;
    public static final long rflags$offset = 136;

    private kvm_regs() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static long rax(MemorySegment struct) {
        return struct.get(JAVA_LONG, rax$offset);
    }

    public static void rax(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rax$offset, value);
    }

    public static long rbx(MemorySegment struct) {
        return struct.get(JAVA_LONG, rbx$offset);
    }

    public static void rbx(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rbx$offset, value);
    }

    public static long rcx(MemorySegment struct) {
        return struct.get(JAVA_LONG, rcx$offset);
    }

    public static void rcx(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rcx$offset, value);
    }

    public static long rdx(MemorySegment struct) {
        return struct.get(JAVA_LONG, rdx$offset);
    }

    public static void rdx(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rdx$offset, value);
    }

    public static long rsi(MemorySegment struct) {
        return struct.get(JAVA_LONG, rsi$offset);
    }

    public static void rsi(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rsi$offset, value);
    }

    public static long rdi(MemorySegment struct) {
        return struct.get(JAVA_LONG, rdi$offset);
    }

    public static void rdi(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rdi$offset, value);
    }

    public static long rsp(MemorySegment struct) {
        return struct.get(JAVA_LONG, rsp$offset);
    }

    public static void rsp(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rsp$offset, value);
    }

    public static long rbp(MemorySegment struct) {
        return struct.get(JAVA_LONG, rbp$offset);
    }

    public static void rbp(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rbp$offset, value);
    }

    public static long r8(MemorySegment struct) {
        return struct.get(JAVA_LONG, r8$offset);
    }

    public static void r8(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r8$offset, value);
    }

    public static long r9(MemorySegment struct) {
        return struct.get(JAVA_LONG, r9$offset);
    }

    public static void r9(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r9$offset, value);
    }

    public static long r10(MemorySegment struct) {
        return struct.get(JAVA_LONG, r10$offset);
    }

    public static void r10(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r10$offset, value);
    }

    public static long r11(MemorySegment struct) {
        return struct.get(JAVA_LONG, r11$offset);
    }

    public static void r11(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r11$offset, value);
    }

    public static long r12(MemorySegment struct) {
        return struct.get(JAVA_LONG, r12$offset);
    }

    public static void r12(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r12$offset, value);
    }

    public static long r13(MemorySegment struct) {
        return struct.get(JAVA_LONG, r13$offset);
    }

    public static void r13(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r13$offset, value);
    }

    public static long r14(MemorySegment struct) {
        return struct.get(JAVA_LONG, r14$offset);
    }

    public static void r14(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r14$offset, value);
    }

    public static long r15(MemorySegment struct) {
        return struct.get(JAVA_LONG, r15$offset);
    }

    public static void r15(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, r15$offset, value);
    }

    public static long rip(MemorySegment struct) {
        return struct.get(JAVA_LONG, rip$offset);
    }

    public static void rip(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rip$offset, value);
    }

    public static long rflags(MemorySegment struct) {
        return struct.get(JAVA_LONG, rflags$offset);
    }

    public static void rflags(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, rflags$offset, value);
    }
}
