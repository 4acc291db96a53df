package dev.lodge.vmm.abi;

import org.jspecify.annotations.Nullable;

/** Hypercall numbers: {@code __HYPERVISOR_*} of {@code xen/include/public/xen.h}. */
public final class HypercallNumber {

    public static final int memory_op = 12;
    public static final int multicall = 13;
    public static final int set_timer_op = 15;
    public static final int xen_version = 17;
    public static final int console_io = 18;
    public static final int grant_table_op = 20;
    public static final int vm_assist = 21;
    public static final int vcpu_op = 24;
    public static final int xsm_op = 27;
    public static final int sched_op = 29;
    public static final int event_channel_op = 32;
    public static final int physdev_op = 33;
    public static final int hvm_op = 34;
    public static final int sysctl = 35;
    public static final int domctl = 36;
    public static final int argo_op = 39;
    public static final int xenpmu_op = 40;

    /** One more than the largest number that the header leaves room for. */
    public static final int COUNT = 64;

    private static final @Nullable String[] NAMES = new @Nullable String[COUNT];

    static {
        NAMES[memory_op] = "memory_op";
        NAMES[multicall] = "multicall";
        NAMES[set_timer_op] = "set_timer_op";
        NAMES[xen_version] = "xen_version";
        NAMES[console_io] = "console_io";
        NAMES[grant_table_op] = "grant_table_op";
        NAMES[vm_assist] = "vm_assist";
        NAMES[vcpu_op] = "vcpu_op";
        NAMES[xsm_op] = "xsm_op";
        NAMES[sched_op] = "sched_op";
        NAMES[event_channel_op] = "event_channel_op";
        NAMES[physdev_op] = "physdev_op";
        NAMES[hvm_op] = "hvm_op";
        NAMES[sysctl] = "sysctl";
        NAMES[domctl] = "domctl";
        NAMES[argo_op] = "argo_op";
        NAMES[xenpmu_op] = "xenpmu_op";
    }

    /** The header's name without its prefix, or {@code hypercall_N} for one that Lodge does not name. */
    public static String name(int number) {
        String name = number >= 0 && number < COUNT ? NAMES[number] : null;
        return name == null ? "hypercall_" + number : name;
    }

    private HypercallNumber() {}
}
