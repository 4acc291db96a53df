package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * An access to an MSR that KVM leaves to us ({@code KVM_EXIT_X86_RDMSR}, {@code KVM_EXIT_X86_WRMSR}). It is done when
 * {@code KVM_RUN} is called the next time.
 */
public final class MsrExit {
    private final MemorySegment run;

    MsrExit(MemorySegment run) {
        this.run = run;
    }

    /** The MSR. */
    public int index() {
        return run.get(JAVA_INT, kvm_run.msr$index$offset);
    }

    /** Why KVM does not handle it: {@code KVM_MSR_EXIT_REASON_*} of {@link KvmExit}. */
    public int reason() {
        return run.get(JAVA_INT, kvm_run.msr$reason$offset);
    }

    /** What the guest writes. */
    public long data() {
        return run.get(JAVA_LONG, kvm_run.msr$data$offset);
    }

    /** Answers a read. */
    public void setData(long data) {
        run.set(JAVA_LONG, kvm_run.msr$data$offset, data);
    }

    /** Whether the access ends in a general-protection fault in the guest. */
    public void setError(boolean error) {
        run.set(JAVA_BYTE, kvm_run.msr$error$offset, (byte) (error ? 1 : 0));
    }
}
