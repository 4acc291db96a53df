package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmRun;
import dev.lodge.kvm.MsrExit;
import dev.lodge.kvm.SyncRegisters;
import dev.lodge.kvm.XenExit;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.hypercall.Caller;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.memory.GuestRam;

/**
 * Gives a vCPU what it left the guest for: hypercalls, ports, MSRs; or says why it cannot go on. On the vCPU's thread, which
 * allocates nothing here.
 */
final class ExitServer {

    private final int vcpu;
    private final VcpuHost domain;
    private final KvmRun run;
    private final ExitRegisters registers;
    private final Caller caller;
    private final HypercallTable hypercalls;
    private final HypercallPage hypercallPage;
    private final Ports ports;
    private final ExitCounts counts = new ExitCounts();

    ExitServer(
            int vcpu,
            VcpuHost domain,
            GuestRam ram,
            KvmRun run,
            ExitRegisters registers,
            Caller caller,
            HypercallTable hypercalls) {
        this.vcpu = vcpu;
        this.domain = domain;
        this.run = run;
        this.registers = registers;
        this.caller = caller;
        this.hypercalls = hypercalls;
        hypercallPage = new HypercallPage(ram);
        ports = new Ports(domain);
    }

    /** What it has served. Any thread. */
    ExitCounts counts() {
        return counts;
    }

    /** Serves an exit: {@code KVM_EXIT_*}. */
    void serve(int exit) {
        counts.countExit(exit);
        switch (exit) {
            case KvmExit.KVM_EXIT_IO -> {
                if (run.io().port() == Ports.HYPERCALL && run.io().isOut()) {
                    hypercall(registers.fetch());
                } else {
                    registers.expect(false);
                    ports.serve(run.io());
                }
            }
            case KvmExit.KVM_EXIT_XEN -> {
                registers.forgetUse();
                xen(run.xen());
                if (!registers.isUsed()) {
                    registers.expect(false);
                }
            }
            case KvmExit.KVM_EXIT_MMIO -> {
                if (!run.mmio().isWrite()) {
                    run.mmio().setValue(-1); // nobody answers
                }
            }
            case KvmExit.KVM_EXIT_X86_WRMSR -> writeMsr(run.msr());
            case KvmExit.KVM_EXIT_X86_RDMSR -> run.msr().setError(true);
            case KvmExit.KVM_EXIT_HLT, KvmExit.KVM_EXIT_INTR -> {
                // KVM waits for interrupts itself; nothing to do but go on
            }
            case KvmExit.KVM_EXIT_SHUTDOWN -> domain.crash(ExitText.tripleFault(vcpu, registers.fetch()));
            default -> domain.crash(ExitText.of(exit, run) + where());
        }
    }

    /** A hypercall by a patched instruction: the registers are as the guest's kernel set them for one. */
    private void hypercall(SyncRegisters guest) {
        GuestWidth width = registers.width();
        long number = width == GuestWidth.BITS_64 ? guest.rax() : low(guest.rax());
        counts.countHypercall(number);
        long result;
        caller.setWidth(width);
        if (registers.cpl() != 0 || !registers.isProtected()) {
            result = -EPERM;
        } else if (width == GuestWidth.BITS_64) {
            result = hypercalls.call(caller, number, guest.rdi(), guest.rsi(), guest.rdx(), guest.r10(), guest.r8());
        } else {
            result = low(hypercalls.call(
                    caller,
                    number,
                    low(guest.rbx()),
                    low(guest.rcx()),
                    low(guest.rdx()),
                    low(guest.rsi()),
                    low(guest.rdi())));
        }
        guest.rax(result);
    }

    /** What 32-bit code has in a register. */
    private static long low(long register) {
        return register & 0xffff_ffffL;
    }

    /** A hypercall that KVM recognised as Xen's. */
    private void xen(XenExit exit) {
        if (exit.type() != KvmExit.KVM_EXIT_XEN_HCALL) {
            domain.crash("KVM reports a Xen exit of type " + exit.type() + ", which Lodge does not know" + where());
            return;
        }
        counts.countHypercall(exit.number());
        caller.setWidth(exit.longMode() ? GuestWidth.BITS_64 : GuestWidth.BITS_32);
        if (exit.cpl() != 0) {
            exit.setResult(-EPERM);
        } else {
            exit.setResult(hypercalls.call(
                    caller,
                    exit.number(),
                    exit.parameter(0),
                    exit.parameter(1),
                    exit.parameter(2),
                    exit.parameter(3),
                    exit.parameter(4)));
        }
    }

    private void writeMsr(MsrExit msr) {
        boolean written = msr.index() == HypercallPage.MSR && hypercallPage.write(msr.data()) != -EINVAL;
        msr.setError(!written);
        if (written) {
            registers.fetch();
            domain.setWidth(registers.width());
        }
    }

    private String where() {
        return ExitText.where(vcpu, registers.fetch());
    }
}
