package dev.lodge.vmm.abi;

import org.jspecify.annotations.Nullable;

/** Hypercall numbers: {@code __HYPERVISOR_*} of {@code xen/include/public/xen.h}. */
public final class HypercallNumber {

    public static final int set_trap_table = 0;
    public static final int mmu_update = 1;
    public static final int set_gdt = 2;
    public static final int stack_switch = 3;
    public static final int set_callbacks = 4;
    public static final int fpu_taskswitch = 5;
    public static final int sched_op_compat = 6;
    public static final int platform_op = 7;
    public static final int set_debugreg = 8;
    public static final int get_debugreg = 9;
    public static final int update_descriptor = 10;
    public static final int memory_op = 12;
    public static final int multicall = 13;
    public static final int update_va_mapping = 14;
    public static final int set_timer_op = 15;
    public static final int event_channel_op_compat = 16;
    public static final int xen_version = 17;
    public static final int console_io = 18;
    public static final int physdev_op_compat = 19;
    public static final int grant_table_op = 20;
    public static final int vm_assist = 21;
    public static final int update_va_mapping_otherdomain = 22;
    public static final int iret = 23;
    public static final int vcpu_op = 24;
    public static final int set_segment_base = 25;
    public static final int mmuext_op = 26;
    public static final int xsm_op = 27;
    public static final int nmi_op = 28;
    public static final int sched_op = 29;
    public static final int callback_op = 30;
    public static final int xenoprof_op = 31;
    public static final int event_channel_op = 32;
    public static final int physdev_op = 33;
    public static final int hvm_op = 34;
    public static final int sysctl = 35;
    public static final int domctl = 36;
    public static final int kexec_op = 37;
    public static final int tmem_op = 38;
    public static final int argo_op = 39;
    public static final int xenpmu_op = 40;
    public static final int dm_op = 41;
    public static final int hypfs_op = 42;
    public static final int arch_0 = 48;
    public static final int arch_1 = 49;
    public static final int arch_2 = 50;
    public static final int arch_3 = 51;
    public static final int arch_4 = 52;
    public static final int arch_5 = 53;
    public static final int arch_6 = 54;
    public static final int arch_7 = 55;

    /** One more than the largest number that the header leaves room for. */
    public static final int COUNT = 64;

    private static final @Nullable String[] NAMES = new @Nullable String[COUNT];

    static {
        NAMES[set_trap_table] = "set_trap_table";
        NAMES[mmu_update] = "mmu_update";
        NAMES[set_gdt] = "set_gdt";
        NAMES[stack_switch] = "stack_switch";
        NAMES[set_callbacks] = "set_callbacks";
        NAMES[fpu_taskswitch] = "fpu_taskswitch";
        NAMES[sched_op_compat] = "sched_op_compat";
        NAMES[platform_op] = "platform_op";
        NAMES[set_debugreg] = "set_debugreg";
        NAMES[get_debugreg] = "get_debugreg";
        NAMES[update_descriptor] = "update_descriptor";
        NAMES[memory_op] = "memory_op";
        NAMES[multicall] = "multicall";
        NAMES[update_va_mapping] = "update_va_mapping";
        NAMES[set_timer_op] = "set_timer_op";
        NAMES[event_channel_op_compat] = "event_channel_op_compat";
        NAMES[xen_version] = "xen_version";
        NAMES[console_io] = "console_io";
        NAMES[physdev_op_compat] = "physdev_op_compat";
        NAMES[grant_table_op] = "grant_table_op";
        NAMES[vm_assist] = "vm_assist";
        NAMES[update_va_mapping_otherdomain] = "update_va_mapping_otherdomain";
        NAMES[iret] = "iret";
        NAMES[vcpu_op] = "vcpu_op";
        NAMES[set_segment_base] = "set_segment_base";
        NAMES[mmuext_op] = "mmuext_op";
        NAMES[xsm_op] = "xsm_op";
        NAMES[nmi_op] = "nmi_op";
        NAMES[sched_op] = "sched_op";
        NAMES[callback_op] = "callback_op";
        NAMES[xenoprof_op] = "xenoprof_op";
        NAMES[event_channel_op] = "event_channel_op";
        NAMES[physdev_op] = "physdev_op";
        NAMES[hvm_op] = "hvm_op";
        NAMES[sysctl] = "sysctl";
        NAMES[domctl] = "domctl";
        NAMES[kexec_op] = "kexec_op";
        NAMES[tmem_op] = "tmem_op";
        NAMES[argo_op] = "argo_op";
        NAMES[xenpmu_op] = "xenpmu_op";
        NAMES[dm_op] = "dm_op";
        NAMES[hypfs_op] = "hypfs_op";
        NAMES[arch_0] = "arch_0";
        NAMES[arch_1] = "arch_1";
        NAMES[arch_2] = "arch_2";
        NAMES[arch_3] = "arch_3";
        NAMES[arch_4] = "arch_4";
        NAMES[arch_5] = "arch_5";
        NAMES[arch_6] = "arch_6";
        NAMES[arch_7] = "arch_7";
    }

    /** The header's name without its prefix, or {@code hypercall_N} for one that Lodge does not name. */
    public static String name(int number) {
        String name = number >= 0 && number < COUNT ? NAMES[number] : null;
        return name == null ? "hypercall_" + number : name;
    }

    private HypercallNumber() {}
}
