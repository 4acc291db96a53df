package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmRun;

/** Says why KVM gave up on a guest, for the line that tells of its crash. */
final class ExitText {

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
