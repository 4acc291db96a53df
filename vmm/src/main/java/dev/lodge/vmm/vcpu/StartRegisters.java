package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.hypercall.ControlBits.CR0_ET;
import static dev.lodge.vmm.hypercall.ControlBits.EFER_LMA;

import dev.lodge.kvm.KvmException;
import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.kvm_regs;
import dev.lodge.kvm.kvm_segment;
import dev.lodge.kvm.kvm_sregs;
import dev.lodge.linux.Errno;
import dev.lodge.vmm.hypercall.StartState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The registers in which a vCPU waits for SIPI, or begins without one. */
final class StartRegisters implements Startup.Registers {

    private static final long RFLAGS_ALWAYS_ONE = 2;
    private static final long RFLAGS_KNOWN = 0x3f_7fd5; // CF to ID, without those that are always 0 or always 1

    private final KvmVcpu vcpu;

    StartRegisters(KvmVcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** A SIPI that KVM has not acted on yet it acts on here, or forgets later: it starts no vCPU but one that waits for it. */
    @Override
    public boolean awaitSipi() {
        int state = vcpu.getMpState();
        return state == KvmFlag.KVM_MP_STATE_UNINITIALIZED || state == KvmFlag.KVM_MP_STATE_INIT_RECEIVED;
    }

    /** What is not in the state stays as KVM's reset left it. */
    @Override
    public boolean set(StartState state) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment system = kvm_sregs.allocate(arena);
            vcpu.getSregs(system);
            StartState.Segments segments = state.segments();
            set(kvm_sregs.cs(system), segments.cs());
            set(kvm_sregs.ds(system), segments.ds());
            set(kvm_sregs.ss(system), segments.ss());
            set(kvm_sregs.es(system), segments.es());
            set(kvm_sregs.tr(system), segments.tr());
            StartState.Control control = state.control();
            kvm_sregs.cr0(system, control.cr0() | CR0_ET);
            kvm_sregs.cr3(system, control.cr3());
            kvm_sregs.cr4(system, control.cr4());
            kvm_sregs.efer(system, control.efer() & ~EFER_LMA | (control.isLongMode() ? EFER_LMA : 0));
            if (!accepts(system)) {
                return false;
            }

            vcpu.setRegs(general(arena, state.general()));
            vcpu.setMpState(KvmFlag.KVM_MP_STATE_RUNNABLE);
            return true;
        }
    }

    /** KVM looks at all of it before it changes anything. */
    private boolean accepts(MemorySegment system) {
        try {
            vcpu.setSregs(system);
            return true;
        } catch (KvmException refused) {
            if (refused.errno() == Errno.EINVAL) {
                return false;
            }
            throw refused;
        }
    }

    private static void set(MemorySegment segment, StartState.Segment wanted) {
        kvm_segment.base(segment, Integer.toUnsignedLong(wanted.base()));
        kvm_segment.limit(segment, wanted.limit());
        kvm_segment.selector(segment, 0);
        kvm_segment.type(segment, wanted.type());
        kvm_segment.present(segment, wanted.present());
        kvm_segment.dpl(segment, wanted.dpl());
        kvm_segment.db(segment, wanted.db());
        kvm_segment.s(segment, wanted.s());
        kvm_segment.l(segment, wanted.l());
        kvm_segment.g(segment, wanted.g());
        kvm_segment.avl(segment, wanted.avl());
        kvm_segment.unusable(segment, 1 - wanted.present());
    }

    private static MemorySegment general(Arena arena, StartState.General wanted) {
        MemorySegment general = kvm_regs.allocate(arena);
        kvm_regs.rax(general, wanted.rax());
        kvm_regs.rcx(general, wanted.rcx());
        kvm_regs.rdx(general, wanted.rdx());
        kvm_regs.rbx(general, wanted.rbx());
        kvm_regs.rsp(general, wanted.rsp());
        kvm_regs.rbp(general, wanted.rbp());
        kvm_regs.rsi(general, wanted.rsi());
        kvm_regs.rdi(general, wanted.rdi());
        kvm_regs.rip(general, wanted.rip());
        kvm_regs.rflags(general, wanted.rflags() & RFLAGS_KNOWN | RFLAGS_ALWAYS_ONE);
        return general;
    }
}
