package dev.lodge.vmm.abi;

/** {@code struct vcpu_runstate_info}: {@code xen/include/public/vcpu.h}. The names are the header's. */
public final class RunstateInfo {

    /** Bytes. */
    public static final int SIZE = 48;

    public static final int state = 0;
    public static final int state_entry_time = 8;

    /** Four counts of nanoseconds, by state. */
    public static final int time = 16;

    public static final int RUNSTATE_running = 0;
    public static final int RUNSTATE_runnable = 1;
    public static final int RUNSTATE_blocked = 2;
    public static final int RUNSTATE_offline = 3;

    /** In state_entry_time while the record is being changed, for guests that asked for it by vm_assist. */
    public static final long XEN_RUNSTATE_UPDATE = 1L << 63;

    private RunstateInfo() {}
}
