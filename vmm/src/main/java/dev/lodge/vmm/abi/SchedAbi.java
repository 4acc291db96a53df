package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.VaryingStruct.Member.LONG;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U32;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U64;

/** Scheduling operations: {@code xen/include/public/sched.h}. The names are the header's. */
public final class SchedAbi {

    public static final int SCHEDOP_yield = 0;
    public static final int SCHEDOP_block = 1;
    public static final int SCHEDOP_shutdown = 2;
    public static final int SCHEDOP_poll = 3;
    public static final int SCHEDOP_remote_shutdown = 4;
    public static final int SCHEDOP_shutdown_code = 5;
    public static final int SCHEDOP_watchdog = 6;
    public static final int SCHEDOP_pin_override = 7;

    // SHUTDOWN_*: why a domain stopped
    public static final int SHUTDOWN_poweroff = 0;
    public static final int SHUTDOWN_reboot = 1;
    public static final int SHUTDOWN_suspend = 2;
    public static final int SHUTDOWN_crash = 3;
    public static final int SHUTDOWN_watchdog = 4;
    public static final int SHUTDOWN_soft_reset = 5;

    /** {@code struct sched_poll}: ports, nr_ports, timeout. */
    public static final VaryingStruct sched_poll = VaryingStruct.of(LONG, U32, U64);

    private SchedAbi() {}
}
