package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_sregs} ({@code asm/kvm.h}). The system registers of a vCPU ({@code KVM_GET_SREGS}, {@code KVM_SET_SREGS}, the sync area of {@code kvm_run}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_sregs {
    /** Bytes. */
    public static final long SIZEOF = 312;

    public static final long cs$offset = 0;
    public static final long ds$offset = 24;
    public static final long es$offset = 48;
    public static final long fs$offset = 72;
    public static final long gs$offset = 96;
    public static final long ss$offset = 120;
    public static final long tr$offset = 144;
    public static final long ldt$offset = 168;
    public static final long gdt$offset = 192;
    public static final long idt$offset = 208;
    public static final long cr0$offset = 224;
    public static final long cr2$offset = 232;
    public static final long cr3$offset = 240;
    public static final long cr4$offset = 248;
    public static final long cr8$offset = 256;
    public static final long efer$offset = 264;
    public static final long apic_base$offset = 272;
    public static final long interrupt_bitmap$offset = 280;

    private kvm_sregs() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static MemorySegment cs(MemorySegment struct) {
        return struct.asSlice(cs$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment ds(MemorySegment struct) {
        return struct.asSlice(ds$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment es(MemorySegment struct) {
        return struct.asSlice(es$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment fs(MemorySegment struct) {
        return struct.asSlice(fs$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment gs(MemorySegment struct) {
        return struct.asSlice(gs$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment ss(MemorySegment struct) {
        return struct.asSlice(ss$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment tr(MemorySegment struct) {
        return struct.asSlice(tr$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment ldt(MemorySegment struct) {
        return struct.asSlice(ldt$offset, kvm_segment.SIZEOF);
    }

    public static MemorySegment gdt(MemorySegment struct) {
        return struct.asSlice(gdt$offset, kvm_dtable.SIZEOF);
    }

    public static MemorySegment idt(MemorySegment struct) {
        return struct.asSlice(idt$offset, kvm_dtable.SIZEOF);
    }

    public static long cr0(MemorySegment struct) {
        return struct.get(JAVA_LONG, cr0$offset);
    }

    public static void cr0(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, cr0$offset, value);
    }

    public static long cr2(MemorySegment struct) {
        return struct.get(JAVA_LONG, cr2$offset);
    }

    public static void cr2(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, cr2$offset, value);
    }

    public static long cr3(MemorySegment struct) {
        return struct.get(JAVA_LONG, cr3$offset);
    }

    public static void cr3(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, cr3$offset, value);
    }

    public static long cr4(MemorySegment struct) {
        return struct.get(JAVA_LONG, cr4$offset);
    }

    public static void cr4(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, cr4$offset, value);
    }

    public static long cr8(MemorySegment struct) {
        return struct.get(JAVA_LONG, cr8$offset);
    }

    public static void cr8(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, cr8$offset, value);
    }

    public static long efer(MemorySegment struct) {
        return struct.get(JAVA_LONG, efer$offset);
    }

    public static void efer(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, efer$offset, value);
    }

    public static long apic_base(MemorySegment struct) {
        return struct.get(JAVA_LONG, apic_base$offset);
    }

    public static void apic_base(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, apic_base$offset, value);
    }

    public static long interrupt_bitmap(MemorySegment struct, int i) {
        return struct.get(JAVA_LONG, interrupt_bitmap$offset + 8L * i);
    }

    public static void interrupt_bitmap(MemorySegment struct, int i, long value) {
        struct.set(JAVA_LONG, interrupt_bitmap$offset + 8L * i, value);
    }
}
