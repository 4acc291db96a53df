package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.SyncRegisters;
import dev.lodge.kvm.kvm_segment;
import dev.lodge.kvm.kvm_sregs;
import dev.lodge.vmm.RegisterDump;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;

/** Writes registers down in the order in which a Linux oops does. */
final class RegisterText {

    private static final HexFormat HEX = HexFormat.of();

    private RegisterText() {}

    /** What the registers hold now. On the vCPU's thread, or when that is outside {@code KVM_RUN} for long. */
    static RegisterDump of(int vcpu, SyncRegisters r) {
        MemorySegment system = r.system();
        String code = HEX.toHexDigits((short) kvm_segment.selector(kvm_sregs.cs(system)));
        return new RegisterDump(
                vcpu,
                List.of(
                        "vCPU " + vcpu + ": cs:rip " + code + ":" + HEX.toHexDigits(r.rip()) + "  rflags "
                                + HEX.toHexDigits((int) r.rflags()) + "  cpl "
                                + kvm_segment.dpl(kvm_sregs.ss(system)),
                        line("rax", r.rax(), "rbx", r.rbx(), "rcx", r.rcx(), "rdx", r.rdx()),
                        line("rsi", r.rsi(), "rdi", r.rdi(), "rbp", r.rbp(), "rsp", r.rsp()),
                        line("r8 ", r.r8(), "r9 ", r.r9(), "r10", r.r10(), "r11", r.r11()),
                        line("r12", r.r12(), "r13", r.r13(), "r14", r.r14(), "r15", r.r15()),
                        line("cr0", r.cr0(), "cr2", r.cr2(), "cr3", r.cr3(), "cr4", r.cr4())));
    }

    private static String line(String n1, long v1, String n2, long v2, String n3, long v3, String n4, long v4) {
        return "  " + n1 + " " + HEX.toHexDigits(v1) + "  " + n2 + " " + HEX.toHexDigits(v2) + "  " + n3 + " "
                + HEX.toHexDigits(v3) + "  " + n4 + " " + HEX.toHexDigits(v4);
    }
}
