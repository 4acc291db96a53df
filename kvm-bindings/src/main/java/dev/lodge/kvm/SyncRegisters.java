package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The registers that an exit brings along in the shared page ({@code kvm_run.s.regs}), so that no ioctl is needed to read
 * them. What {@link KvmRun#setValidRegisters} did not ask for is stale. A setter also marks its class of registers dirty,
 * and the next {@code KVM_RUN} takes over the whole class from here.
 */
public final class SyncRegisters {
    private static final long REGS = kvm_run.s$regs$regs$offset;
    private static final long SREGS = kvm_run.s$regs$sregs$offset;

    private final MemorySegment run;
    private final MemorySegment general;
    private final MemorySegment system;

    SyncRegisters(MemorySegment run) {
        this.run = run;
        this.general = run.asSlice(REGS, kvm_regs.SIZEOF);
        this.system = run.asSlice(SREGS, kvm_sregs.SIZEOF);
    }

    /** All general registers, as a {@link kvm_regs}; writing to it marks nothing dirty. */
    public MemorySegment general() {
        return general;
    }

    /** All system registers, as a {@link kvm_sregs}; writing to it marks nothing dirty. */
    public MemorySegment system() {
        return system;
    }

    public long rax() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rax$offset);
    }

    public void rax(long value) {
        setGeneral(kvm_regs.rax$offset, value);
    }

    public long rbx() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rbx$offset);
    }

    public void rbx(long value) {
        setGeneral(kvm_regs.rbx$offset, value);
    }

    public long rcx() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rcx$offset);
    }

    public void rcx(long value) {
        setGeneral(kvm_regs.rcx$offset, value);
    }

    public long rdx() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rdx$offset);
    }

    public void rdx(long value) {
        setGeneral(kvm_regs.rdx$offset, value);
    }

    public long rsi() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rsi$offset);
    }

    public void rsi(long value) {
        setGeneral(kvm_regs.rsi$offset, value);
    }

    public long rdi() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rdi$offset);
    }

    public void rdi(long value) {
        setGeneral(kvm_regs.rdi$offset, value);
    }

    public long rsp() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rsp$offset);
    }

    public long rbp() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rbp$offset);
    }

    public long r8() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r8$offset);
    }

    public void r8(long value) {
        setGeneral(kvm_regs.r8$offset, value);
    }

    public long r9() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r9$offset);
    }

    public void r9(long value) {
        setGeneral(kvm_regs.r9$offset, value);
    }

    public long r10() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r10$offset);
    }

    public void r10(long value) {
        setGeneral(kvm_regs.r10$offset, value);
    }

    public long r11() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r11$offset);
    }

    public void r11(long value) {
        setGeneral(kvm_regs.r11$offset, value);
    }

    public long r12() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r12$offset);
    }

    public long r13() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r13$offset);
    }

    public long r14() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r14$offset);
    }

    public long r15() {
        return run.get(JAVA_LONG, REGS + kvm_regs.r15$offset);
    }

    public long rip() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rip$offset);
    }

    public void rip(long value) {
        setGeneral(kvm_regs.rip$offset, value);
    }

    public long rflags() {
        return run.get(JAVA_LONG, REGS + kvm_regs.rflags$offset);
    }

    public void rflags(long value) {
        setGeneral(kvm_regs.rflags$offset, value);
    }

    public long cr0() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.cr0$offset);
    }

    public long cr2() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.cr2$offset);
    }

    public long cr3() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.cr3$offset);
    }

    public long cr4() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.cr4$offset);
    }

    public long efer() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.efer$offset);
    }

    public long apicBase() {
        return run.get(JAVA_LONG, SREGS + kvm_sregs.apic_base$offset);
    }

    private void setGeneral(long offset, long value) {
        run.set(JAVA_LONG, REGS + offset, value);
        markDirty(KvmFlag.KVM_SYNC_X86_REGS);
    }

    /** Has the next {@code KVM_RUN} take over whole classes of registers: {@code KVM_SYNC_X86_*} of {@link KvmFlag}. */
    public void markDirty(long classes) {
        long dirty = run.get(JAVA_LONG, kvm_run.kvm_dirty_regs$offset);
        run.set(JAVA_LONG, kvm_run.kvm_dirty_regs$offset, dirty | classes);
    }
}
