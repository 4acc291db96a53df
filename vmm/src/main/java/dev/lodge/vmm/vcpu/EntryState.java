package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.kvm_regs;
import dev.lodge.kvm.kvm_segment;
import dev.lodge.kvm.kvm_sregs;
import dev.lodge.rings.GuestAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The state in which a PVH domain's first vCPU starts: 32-bit protected mode, flat, no paging ({@code docs/misc/pvh.pandoc}). */
final class EntryState {

    private static final int CODE = 0xb; // execute, read, accessed
    private static final int DATA = 0x3; // read, write, accessed
    private static final int BUSY_TSS = 0xb;
    private static final int CODE_SELECTOR = 0x8;
    private static final int DATA_SELECTOR = 0x10;
    private static final int TSS_LIMIT = 0x67;

    private static final long CR0_PE_ET = 0x11;
    private static final long RFLAGS_ALWAYS_ONE = 2;

    private EntryState() {}

    static void set(KvmVcpu vcpu, GuestAddress entry, GuestAddress startInfo) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment system = kvm_sregs.allocate(arena);
            vcpu.getSregs(system);
            flat(kvm_sregs.cs(system), CODE, CODE_SELECTOR);
            flat(kvm_sregs.ds(system), DATA, DATA_SELECTOR);
            flat(kvm_sregs.es(system), DATA, DATA_SELECTOR);
            flat(kvm_sregs.fs(system), DATA, DATA_SELECTOR);
            flat(kvm_sregs.gs(system), DATA, DATA_SELECTOR);
            flat(kvm_sregs.ss(system), DATA, DATA_SELECTOR);
            kvm_segment.type(kvm_sregs.tr(system), BUSY_TSS);
            kvm_segment.limit(kvm_sregs.tr(system), TSS_LIMIT);
            kvm_sregs.cr0(system, CR0_PE_ET);
            kvm_sregs.cr4(system, 0);
            kvm_sregs.efer(system, 0);
            vcpu.setSregs(system);

            MemorySegment general = kvm_regs.allocate(arena);
            kvm_regs.rip(general, entry.value());
            kvm_regs.rbx(general, startInfo.value());
            kvm_regs.rflags(general, RFLAGS_ALWAYS_ONE);
            vcpu.setRegs(general);
        }
    }

    private static void flat(MemorySegment segment, int type, int selector) {
        kvm_segment.base(segment, 0);
        kvm_segment.limit(segment, -1);
        kvm_segment.selector(segment, selector);
        kvm_segment.type(segment, type);
        kvm_segment.present(segment, 1);
        kvm_segment.dpl(segment, 0);
        kvm_segment.db(segment, 1);
        kvm_segment.s(segment, 1);
        kvm_segment.l(segment, 0);
        kvm_segment.g(segment, 1);
        kvm_segment.avl(segment, 0);
        kvm_segment.unusable(segment, 0);
    }
}
