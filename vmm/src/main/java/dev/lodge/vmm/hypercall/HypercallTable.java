package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.ENOSYS;

import dev.lodge.vmm.abi.HypercallNumber;
import dev.lodge.vmm.abi.XenErrno;
import org.jspecify.annotations.Nullable;

/**
 * Every hypercall by its number. All of them may be made by any domain, from its kernel (the caller has checked that);
 * what only Domain 0 may ask is refused in the handler, or here as a whole.
 *
 * <p>Without state of its own: one table serves all domains and threads.
 */
public final class HypercallTable {

    private final @Nullable Hypercall[] handlers = new @Nullable Hypercall[HypercallNumber.COUNT];

    public HypercallTable() {
        handlers[HypercallNumber.memory_op] = new MemoryOp();
        handlers[HypercallNumber.multicall] = new Multicall(this);
        handlers[HypercallNumber.set_timer_op] = new SetTimerOp();
        handlers[HypercallNumber.xen_version] = new XenVersion();
        handlers[HypercallNumber.console_io] = new ConsoleIo();
        handlers[HypercallNumber.grant_table_op] = new GrantTableOp();
        handlers[HypercallNumber.vcpu_op] = new VcpuOp();
        handlers[HypercallNumber.sched_op] = new SchedOp();
        handlers[HypercallNumber.event_channel_op] = new EventChannelOp();
        handlers[HypercallNumber.hvm_op] = new HvmOp();

        // Domain 0's alone.
        handlers[HypercallNumber.sysctl] = new Refused(XenErrno.EPERM);
        handlers[HypercallNumber.domctl] = new Refused(XenErrno.EPERM);
        // Features that a Xen may be started without, as this one is.
        handlers[HypercallNumber.argo_op] = new Refused(XenErrno.EOPNOTSUPP);
        handlers[HypercallNumber.xenpmu_op] = new Refused(XenErrno.EOPNOTSUPP);
    }

    /**
     * Makes a hypercall.
     *
     * @param number as the guest gave it, any value
     * @return the result for the guest
     * @throws dev.lodge.rings.GuestFault if the domain must be crashed
     */
    public long call(Caller caller, long number, long a1, long a2, long a3, long a4, long a5) {
        Hypercall handler = number >= 0 && number < handlers.length ? handlers[(int) number] : null;
        if (handler == null) {
            return -ENOSYS;
        }
        try {
            return handler.call(caller, a1, a2, a3, a4, a5);
        } catch (XenErrno error) {
            return -error.errno();
        }
    }

    /** A hypercall whose answer is an error whatever it asks. */
    private record Refused(int errno) implements Hypercall {
        @Override
        public long call(Caller caller, long a1, long a2, long a3, long a4, long a5) {
            return -errno;
        }
    }
}
