package dev.lodge.kvm;

/**
 * {@code struct kvm_run} ({@code linux/kvm.h}). The page that a vCPU shares with the kernel: offsets only, {@link KvmRun} reads and writes it.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_run {
    /** Bytes. */
    public static final long SIZEOF = 2352;

    public static final long request_interrupt_window$offset = 0;
    public static final long immediate_exit$offset = 1;
    public static final long exit_reason$offset = 8;
    public static final long ready_for_interrupt_injection$offset = 12;
    public static final long if_flag$offset = 13;
    public static final long flags$offset = 14;
    public static final long cr8$offset = 16;
    public static final long apic_base$offset = 24;
    public static final long hw$hardware_exit_reason$offset = 32;
    public static final long fail_entry$hardware_entry_failure_reason$offset = 32;
    public static final long fail_entry$cpu$offset = 40;
    public static final long ex$exception$offset = 32;
    public static final long ex$error_code$offset = 36;
    public static final long io$direction$offset = 32;
    public static final long io$size$offset = 33;
    public static final long io$port$offset = 34;
    public static final long io$count$offset = 36;
    public static final long io$data_offset$offset = 40;
    public static final long debug$arch$offset = 32;
    public static final long mmio$phys_addr$offset = 32;
    public static final long mmio$data$offset = 40;
    public static final long mmio$len$offset = 48;
    public static final long mmio$is_write$offset = 52;
    public static final long hypercall$nr$offset = 32;
    public static final long hypercall$args$offset = 40;
    public static final long hypercall$ret$offset = 88;
    public static final long hypercall$longmode$offset = 96;
    public static final long internal$suberror$offset = 32;
    public static final long internal$ndata$offset = 36;
    public static final long internal$data$offset = 40;
    public static final long emulation_failure$flags$offset = 40;
    public static final long emulation_failure$insn_size$offset = 48;
    public static final long emulation_failure$insn_bytes$offset = 49;
    public static final long system_event$type$offset = 32;
    public static final long system_event$ndata$offset = 36;
    public static final long system_event$data$offset = 40;
    public static final long eoi$vector$offset = 32;
    public static final long msr$error$offset = 32;
    public static final long msr$reason$offset = 40;
    public static final long msr$index$offset = 44;
    public static final long msr$data$offset = 48;
    public static final long xen$type$offset = 32;
    public static final long xen$u$hcall$longmode$offset = 40;
    public static final long xen$u$hcall$cpl$offset = 44;
    public static final long xen$u$hcall$input$offset = 48;
    public static final long xen$u$hcall$result$offset = 56;
    public static final long xen$u$hcall$params$offset = 64;
    public static final long kvm_valid_regs$offset = 288;
    public static final long kvm_dirty_regs$offset = 296;
    public static final long s$regs$offset = 304;
    public static final long s$regs$regs$offset = 304;
    public static final long s$regs$sregs$offset = 448;
    public static final long s$regs$events$offset = 760;

    private kvm_run() {}
}
