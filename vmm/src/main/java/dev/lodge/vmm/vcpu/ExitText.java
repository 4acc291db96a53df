package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmRun;
import dev.lodge.kvm.SyncRegisters;

/** Says why KVM gave up on a guest, for the line that tells of its crash. */
final class ExitText {

    /** As INIT leaves them: real mode (ET alone, and the caches' bits as they were), at the reset vector. */
    private static final long RESET_CR0 = 0x10;

    private static final long CACHE_BITS = 0x6000_0000;
    private static final long RESET_RIP = 0xfff0;

    private ExitText() {}

    static String of(int exit, KvmRun run) {
        return switch (exit) {
            case KvmExit.KVM_EXIT_INTERNAL_ERROR -> internalError(run);
            case KvmExit.KVM_EXIT_FAIL_ENTRY ->
                "the CPU refused to enter the guest (hardware reason 0x" + Long.toHexString(run.failEntryReason())
                        + ")";
            case KvmExit.KVM_EXIT_SYSTEM_EVENT -> "KVM reports system event " + run.systemEventType();
            case KvmExit.KVM_EXIT_UNKNOWN ->
                "an exit that KVM does not know (hardware reason 0x" + Long.toHexString(run.hardwareExitReason()) + ")";
            default -> "an exit that Lodge does not know, KVM_EXIT number " + exit;
        };
    }

    /**
     * A triple fault. AMD's processors keep no state of one, so KVM resets the vCPU before it tells: where it was is
     * lost then.
     */
    static String tripleFault(int vcpu, SyncRegisters registers) {
        boolean reset = (registers.cr0() & ~CACHE_BITS) == RESET_CR0 && registers.rip() == RESET_RIP;
        return reset
                ? "triple fault, nobody knows where (this processor's KVM has reset the registers) on vCPU " + vcpu
                : "triple fault" + where(vcpu, registers);
    }

    static String where(int vcpu, SyncRegisters registers) {
        return " at rip 0x" + Long.toHexString(registers.rip()) + ", rsp 0x" + Long.toHexString(registers.rsp())
                + ", cr2 0x" + Long.toHexString(registers.cr2()) + ", cr3 0x" + Long.toHexString(registers.cr3())
                + " on vCPU " + vcpu;
    }

    private static String internalError(KvmRun run) {
        if (run.internalErrorSuberror() != KvmExit.KVM_INTERNAL_ERROR_EMULATION) {
            return "KVM failed with internal error " + run.internalErrorSuberror();
        }
        StringBuilder text = new StringBuilder("KVM cannot emulate an instruction");
        int size = run.emulationFailureInstructionSize();
        for (int i = 0; i < size; i++) {
            int value = run.emulationFailureInstructionByte(i);
            text.append(i == 0 ? ":" : "").append(value < 0x10 ? " 0" : " ").append(Integer.toHexString(value));
        }
        return text.toString();
    }
}
