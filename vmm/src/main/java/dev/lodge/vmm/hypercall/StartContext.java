package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmVcpuAbi.*;
import static dev.lodge.vmm.hypercall.ControlBits.CR0_PG;
import static dev.lodge.vmm.hypercall.ControlBits.CR4_LA57;
import static dev.lodge.vmm.hypercall.ControlBits.CR4_PAE;
import static dev.lodge.vmm.hypercall.ControlBits.EFER_LME;

import dev.lodge.vmm.hypercall.StartState.Control;
import dev.lodge.vmm.hypercall.StartState.General;
import dev.lodge.vmm.hypercall.StartState.Segment;
import dev.lodge.vmm.hypercall.StartState.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code struct vcpu_hvm_context} ({@code xen/include/public/hvm/hvm_vcpu.h}), and refuses what Xen 4.17 refuses
 * ({@code arch_set_info_hvm_guest}), and a little more: see {@link ControlBits#permit}. Pure.
 */
final class StartContext {

    private static final int ADDRESS_BITS = 48;
    private static final int ADDRESS_BITS_LA57 = 57;
    private static final int PAD2_COUNT = 3;

    private static final int TYPE_S_PRESENT = 0x9f;
    private static final int BUSY_TSS_32 = 0x8b;

    /** What a 64-bit kernel's segments are: code, data, and a busy TSS. */
    private static final Segment CODE_64 = new Segment(0, -1, 0xa9b);

    private static final Segment DATA_64 = new Segment(0, -1, 0xc93);
    private static final Segment TSS_64 = new Segment(0, 0x67, 0x8b);
    private static final Segments FLAT_64 = new Segments(CODE_64, DATA_64, DATA_64, DATA_64, TSS_64);

    private StartContext() {}

    /**
     * The registers that a context asks for, or null if it is bad.
     *
     * @param context a copy, of {@code SIZEOF_context} bytes at least
     * @param permitted what the vCPU's control registers may hold
     */
    static @Nullable StartState read(MemorySegment context, ControlBits permitted) {
        if (u32(context, context_pad) != 0) {
            return null;
        }
        StartState state =
                switch (context.get(ValueLayout.JAVA_INT, context_mode)) {
                    case VCPU_HVM_MODE_32B -> protectedMode(context);
                    case VCPU_HVM_MODE_64B -> longMode(context);
                    default -> null;
                };
        return state != null && permitted.permit(state.control()) ? state : null;
    }

    private static @Nullable StartState protectedMode(MemorySegment c) {
        int pads = s32(c, x86_32_pad1);
        for (int i = 0; i < PAD2_COUNT; i++) {
            pads |= c.get(ValueLayout.JAVA_SHORT, x86_32_pad2 + i * (long) Short.BYTES);
        }
        Segments segments = new Segments(
                segment(c, x86_32_cs_base, x86_32_cs_limit, x86_32_cs_ar),
                segment(c, x86_32_ds_base, x86_32_ds_limit, x86_32_ds_ar),
                segment(c, x86_32_ss_base, x86_32_ss_limit, x86_32_ss_ar),
                segment(c, x86_32_es_base, x86_32_es_limit, x86_32_es_ar),
                taskState(c));
        Control control = new Control(
                u32(c, x86_32_cr0), u32(c, x86_32_cr3), u32(c, x86_32_cr4), c.get(ValueLayout.JAVA_LONG, x86_32_efer));
        if (pads != 0 || !areGood(segments, control.isLongMode()) || !isWithin(segments.cs(), u32(c, x86_32_eip))) {
            return null;
        }
        General general = new General(
                u32(c, x86_32_eax),
                u32(c, x86_32_ecx),
                u32(c, x86_32_edx),
                u32(c, x86_32_ebx),
                u32(c, x86_32_esp),
                u32(c, x86_32_ebp),
                u32(c, x86_32_esi),
                u32(c, x86_32_edi),
                u32(c, x86_32_eip),
                u32(c, x86_32_eflags));
        return new StartState(general, control, segments);
    }

    private static @Nullable StartState longMode(MemorySegment c) {
        General general = new General(
                u64(c, x86_64_rax),
                u64(c, x86_64_rcx),
                u64(c, x86_64_rdx),
                u64(c, x86_64_rbx),
                u64(c, x86_64_rsp),
                u64(c, x86_64_rbp),
                u64(c, x86_64_rsi),
                u64(c, x86_64_rdi),
                u64(c, x86_64_rip),
                u64(c, x86_64_rflags));
        Control control = new Control(u64(c, x86_64_cr0), u64(c, x86_64_cr3), u64(c, x86_64_cr4), u64(c, x86_64_efer));
        boolean good = isCanonical(general.rip(), control.cr4())
                && (control.cr0() & CR0_PG) != 0
                && (control.cr4() & CR4_PAE) != 0
                && (control.efer() & EFER_LME) != 0;
        return good ? new StartState(general, control, FLAT_64) : null;
    }

    /** A code or data segment; one that is present has been accessed. */
    private static Segment segment(MemorySegment c, int base, int limit, int attributes) {
        int given = Short.toUnsignedInt(c.get(ValueLayout.JAVA_SHORT, attributes));
        return new Segment(s32(c, base), s32(c, limit), isPresent(given) ? given | 1 : given);
    }

    /** The segment of TR; one that is present is busy. */
    private static Segment taskState(MemorySegment c) {
        int given = Short.toUnsignedInt(c.get(ValueLayout.JAVA_SHORT, x86_32_tr_ar));
        return new Segment(s32(c, x86_32_tr_base), s32(c, x86_32_tr_limit), isPresent(given) ? given | 2 : given);
    }

    private static boolean isPresent(int attributes) {
        return (attributes & 0x80) != 0;
    }

    private static boolean areGood(Segments segments, boolean longMode) {
        Segment cs = segments.cs();
        Segment ss = segments.ss();
        return isCode(cs)
                && (longMode ? cs.l() + cs.db() < 2 : cs.l() == 0) // the CPU's rule, not Xen's
                && isWritableData(ss)
                && ss.dpl() == cs.dpl()
                && isReadableOrNull(segments.ds(), cs)
                && isReadableOrNull(segments.es(), cs)
                && hasNoUnknownBits(segments.tr())
                && (segments.tr().attributes() & TYPE_S_PRESENT) == BUSY_TSS_32;
    }

    private static boolean isCode(Segment segment) {
        return isMemory(segment) && (segment.type() & 0x8) != 0;
    }

    private static boolean isWritableData(Segment segment) {
        return isMemory(segment) && (segment.type() & 0xa) == 0x2;
    }

    private static boolean isReadableOrNull(Segment segment, Segment cs) {
        return segment.attributes() == 0
                || isMemory(segment) && (segment.type() & 0xa) != 0x8 && segment.dpl() <= cs.dpl();
    }

    /** Whether it is one of code or data, and there. */
    private static boolean isMemory(Segment segment) {
        return hasNoUnknownBits(segment) && segment.s() == 1 && segment.present() == 1;
    }

    private static boolean hasNoUnknownBits(Segment segment) {
        return segment.attributes() >>> 12 == 0;
    }

    /** As Xen looks at it here, though nowhere else: a limit of large granularity counts pages. */
    private static boolean isWithin(Segment cs, long eip) {
        int limit = cs.g() == 1 ? cs.limit() << 12 | 0xfff : cs.limit();
        return eip <= Integer.toUnsignedLong(limit);
    }

    private static boolean isCanonical(long address, long cr4) {
        int unused = Long.SIZE - ((cr4 & CR4_LA57) != 0 ? ADDRESS_BITS_LA57 : ADDRESS_BITS);
        return address << unused >> unused == address;
    }

    private static int s32(MemorySegment c, int offset) {
        return c.get(ValueLayout.JAVA_INT, offset);
    }

    private static long u32(MemorySegment c, int offset) {
        return Integer.toUnsignedLong(s32(c, offset));
    }

    private static long u64(MemorySegment c, int offset) {
        return c.get(ValueLayout.JAVA_LONG, offset);
    }
}
