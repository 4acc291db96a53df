package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmRun;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.SyncRegisters;
import dev.lodge.kvm.kvm_segment;
import dev.lodge.kvm.kvm_sregs;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.memory.PagingMode;
import java.lang.foreign.ValueLayout;

/**
 * A vCPU's registers as they were at its last exit, asked of KVM only if somebody wants them. On the vCPU's thread, but
 * for {@link #lastDump}.
 *
 * <p>A hypercall needs them, or, where KVM gives its arguments, if one of those is a pointer; for a port they are a third of
 * the exit's cost. So the next exit is expected to be like the last, and {@link #fetch} mends a wrong guess.
 */
final class ExitRegisters implements PagingMode {

    private static final long CR0_PE = 1;
    private static final long EFER_LMA = 1 << 10;

    private final int vcpu;
    private final KvmVcpu kvm;
    private final KvmRun run;
    private final SyncRegisters registers;
    private boolean brought; // by each exit
    private boolean used;

    ExitRegisters(int vcpu, KvmVcpu kvm) {
        this.vcpu = vcpu;
        this.kvm = kvm;
        run = kvm.runState();
        registers = run.registers();
    }

    /** Has the next exit bring all registers along, or none. */
    void expect(boolean wanted) {
        if (brought != wanted) {
            brought = wanted;
            run.setValidRegisters(wanted ? KvmFlag.KVM_SYNC_X86_REGS | KvmFlag.KVM_SYNC_X86_SREGS : 0);
        }
    }

    /** Those of this exit, which the next will bring along. */
    SyncRegisters fetch() {
        if (!brought) {
            kvm.getRegs(registers.general());
            kvm.getSregs(registers.system());
            expect(true);
        }
        return registers;
    }

    /** An exit begins of which nobody has wanted the registers. */
    void forgetUse() {
        used = false;
    }

    /** Whether an address of the guest's had to be looked up since. */
    boolean isUsed() {
        return used;
    }

    /** The privilege level. Of {@linkplain #fetch fetched} registers. */
    int cpl() {
        return registers.system().get(ValueLayout.JAVA_BYTE, kvm_sregs.ss$offset + kvm_segment.dpl$offset);
    }

    /** How wide the code is that the guest runs; in compatibility mode, 32 bits. Of {@linkplain #fetch fetched} registers. */
    GuestWidth width() {
        boolean wide = (registers.efer() & EFER_LMA) != 0
                && registers.system().get(ValueLayout.JAVA_BYTE, kvm_sregs.cs$offset + kvm_segment.l$offset) != 0;
        return wide ? GuestWidth.BITS_64 : GuestWidth.BITS_32;
    }

    /** Whether the guest is in protected mode at all. Of {@linkplain #fetch fetched} registers. */
    boolean isProtected() {
        return (registers.cr0() & CR0_PE) != 0;
    }

    /** Those of this exit, as text. */
    RegisterDump dump() {
        return RegisterText.of(vcpu, fetch());
    }

    /** Those that were fetched or brought last, as text. For any thread, while the vCPU's is elsewhere for long. */
    RegisterDump lastDump() {
        return RegisterText.of(vcpu, registers);
    }

    private SyncRegisters forPaging() {
        used = true;
        return fetch();
    }

    @Override
    public long cr0() {
        return forPaging().cr0();
    }

    @Override
    public long cr3() {
        return forPaging().cr3();
    }

    @Override
    public long cr4() {
        return forPaging().cr4();
    }

    @Override
    public long efer() {
        return forPaging().efer();
    }
}
