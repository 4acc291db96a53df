package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The memory that a vCPU shares with the kernel ({@code struct kvm_run}): why {@code KVM_RUN} returned and what it wants to
 * know. The parts of an exit count only after that exit. All but {@link #setImmediateExit} is for the vCPU's thread; nothing
 * here allocates, and the objects it hands out are made once.
 */
public final class KvmRun {
    private static final int MAX_DATA = 16;

    private final MemorySegment run;
    private final IoExit io;
    private final MmioExit mmio;
    private final XenExit xen;
    private final MsrExit msr;
    private final SyncRegisters registers;

    /** A view of a vCPU's shared memory, or of as many bytes that a test fills. */
    KvmRun(MemorySegment run) {
        this.run = run;
        this.io = new IoExit(run);
        this.mmio = new MmioExit(run);
        this.xen = new XenExit(run);
        this.msr = new MsrExit(run);
        this.registers = new SyncRegisters(run);
    }

    /** Why {@code KVM_RUN} returned: one of {@link KvmExit}. */
    public int exitReason() {
        return run.get(JAVA_INT, kvm_run.exit_reason$offset);
    }

    /** Of {@code KVM_EXIT_IO}. */
    public IoExit io() {
        return io;
    }

    /** Of {@code KVM_EXIT_MMIO}. */
    public MmioExit mmio() {
        return mmio;
    }

    /** Of {@code KVM_EXIT_XEN}. */
    public XenExit xen() {
        return xen;
    }

    /** Of {@code KVM_EXIT_X86_RDMSR} and {@code KVM_EXIT_X86_WRMSR}. */
    public MsrExit msr() {
        return msr;
    }

    /** The registers, as far as {@link #setValidRegisters} asked for them. */
    public SyncRegisters registers() {
        return registers;
    }

    /** Makes the next {@code KVM_RUN}, or the one about to begin, return at once. From any thread. */
    public void setImmediateExit(boolean immediate) {
        run.set(JAVA_BYTE, kvm_run.immediate_exit$offset, (byte) (immediate ? 1 : 0));
    }

    /** Asks for {@code KVM_EXIT_IRQ_WINDOW_OPEN} as soon as the guest can take an interrupt. */
    public void requestInterruptWindow(boolean requested) {
        run.set(JAVA_BYTE, kvm_run.request_interrupt_window$offset, (byte) (requested ? 1 : 0));
    }

    /** Whether an interrupt could be injected now. */
    public boolean readyForInterruptInjection() {
        return run.get(JAVA_BYTE, kvm_run.ready_for_interrupt_injection$offset) != 0;
    }

    /** The guest's interrupt flag. */
    public boolean interruptFlag() {
        return run.get(JAVA_BYTE, kvm_run.if_flag$offset) != 0;
    }

    /**
     * {@code kvm_valid_regs}: the registers that every exit shall bring along.
     *
     * @param classes {@code KVM_SYNC_X86_*} of {@link KvmFlag}, or-ed
     */
    public void setValidRegisters(long classes) {
        run.set(JAVA_LONG, kvm_run.kvm_valid_regs$offset, classes);
    }

    /** {@code kvm_dirty_regs}: the registers that the next {@code KVM_RUN} shall take from here. */
    public void setDirtyRegisters(long classes) {
        run.set(JAVA_LONG, kvm_run.kvm_dirty_regs$offset, classes);
    }

    /** Of {@code KVM_EXIT_UNKNOWN}: the processor's own reason. */
    public long hardwareExitReason() {
        return run.get(JAVA_LONG, kvm_run.hw$hardware_exit_reason$offset);
    }

    /** Of {@code KVM_EXIT_FAIL_ENTRY}: the processor's own reason. */
    public long failEntryReason() {
        return run.get(JAVA_LONG, kvm_run.fail_entry$hardware_entry_failure_reason$offset);
    }

    /** Of {@code KVM_EXIT_FAIL_ENTRY}: the host's CPU. */
    public int failEntryCpu() {
        return run.get(JAVA_INT, kvm_run.fail_entry$cpu$offset);
    }

    /** Of {@code KVM_EXIT_INTERNAL_ERROR}: {@code KVM_INTERNAL_ERROR_*} of {@link KvmExit}. */
    public int internalErrorSuberror() {
        return run.get(JAVA_INT, kvm_run.internal$suberror$offset);
    }

    /** Of {@code KVM_EXIT_INTERNAL_ERROR}: how many {@link #internalErrorData}, from 0 to 16. */
    public int internalErrorDataCount() {
        return dataCount(kvm_run.internal$ndata$offset);
    }

    /** Of {@code KVM_EXIT_INTERNAL_ERROR}: what KVM has to say. */
    public long internalErrorData(int i) {
        return run.get(JAVA_LONG, kvm_run.internal$data$offset + 8L * Objects.checkIndex(i, internalErrorDataCount()));
    }

    /** Of {@code KVM_INTERNAL_ERROR_EMULATION}: how many bytes of the instruction KVM gives, from 0 to 15. */
    public int emulationFailureInstructionSize() {
        boolean given = internalErrorDataCount() > 0
                && (run.get(JAVA_LONG, kvm_run.emulation_failure$flags$offset)
                                & KvmExit.KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES)
                        != 0;
        return given ? run.get(JAVA_BYTE, kvm_run.emulation_failure$insn_size$offset) & 0xf : 0;
    }

    /** Of {@code KVM_INTERNAL_ERROR_EMULATION}: a byte of the instruction that KVM could not carry out. */
    public int emulationFailureInstructionByte(int i) {
        return Byte.toUnsignedInt(run.get(
                JAVA_BYTE,
                kvm_run.emulation_failure$insn_bytes$offset
                        + Objects.checkIndex(i, emulationFailureInstructionSize())));
    }

    /** Of {@code KVM_EXIT_SYSTEM_EVENT}: {@code KVM_SYSTEM_EVENT_*} of {@link KvmExit}. */
    public int systemEventType() {
        return run.get(JAVA_INT, kvm_run.system_event$type$offset);
    }

    /** Of {@code KVM_EXIT_SYSTEM_EVENT}: how many {@link #systemEventData}, from 0 to 16. */
    public int systemEventDataCount() {
        return dataCount(kvm_run.system_event$ndata$offset);
    }

    /** Of {@code KVM_EXIT_SYSTEM_EVENT}: what goes with it. */
    public long systemEventData(int i) {
        return run.get(
                JAVA_LONG, kvm_run.system_event$data$offset + 8L * Objects.checkIndex(i, systemEventDataCount()));
    }

    /** Of {@code KVM_EXIT_HYPERCALL}, KVM's own hypercalls: the number. */
    public long hypercallNumber() {
        return run.get(JAVA_LONG, kvm_run.hypercall$nr$offset);
    }

    /** Of {@code KVM_EXIT_HYPERCALL}: an argument, from 0 to 5. */
    public long hypercallArgument(int i) {
        return run.get(JAVA_LONG, kvm_run.hypercall$args$offset + 8L * Objects.checkIndex(i, 6));
    }

    /** Of {@code KVM_EXIT_HYPERCALL}: answers it. */
    public void setHypercallResult(long result) {
        run.set(JAVA_LONG, kvm_run.hypercall$ret$offset, result);
    }

    /** Of {@code KVM_EXIT_HYPERCALL}: whether the guest was in 64-bit mode. */
    public boolean hypercallLongMode() {
        return run.get(JAVA_INT, kvm_run.hypercall$longmode$offset) != 0;
    }

    private int dataCount(long offset) {
        int count = run.get(JAVA_INT, offset);
        return Integer.compareUnsigned(count, MAX_DATA) > 0 ? MAX_DATA : count;
    }
}
