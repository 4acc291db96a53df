package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HypercallNumber.*;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.XenErrno;
import org.jspecify.annotations.Nullable;

/**
 * Every hypercall of {@code xen/include/public/xen.h} by its number, who may make it, and its handler: as Xen 4.17 has it
 * for a 64-bit HVM or PVH guest ({@code xen/include/hypercall-defs.c}). The caller has checked that it comes from a kernel.
 * What a hypercall leaves to Domain 0 in part, its handler refuses.
 *
 * <p>Without state of its own: one table serves all domains and threads.
 */
public final class HypercallTable {

    /** Who may make a hypercall. */
    enum Callers {
        /** Every domain, for itself. */
        GUESTS,
        /** Domain 0, which is this process and makes none. */
        DOMAIN_ZERO,
        /** Paravirtualised guests, which Lodge has not. */
        PARAVIRTUALISED,
        /** Nobody, as a Xen may be built or started without the feature. */
        NOBODY
    }

    private final @Nullable Hypercall[] handlers = new @Nullable Hypercall[COUNT];
    private final Callers[] callers = new Callers[COUNT];

    public HypercallTable() {
        forGuests(memory_op, new MemoryOp());
        forGuests(multicall, new Multicall(this));
        forGuests(set_timer_op, new SetTimerOp());
        forGuests(xen_version, new XenVersion());
        forGuests(console_io, new ConsoleIo());
        forGuests(grant_table_op, new GrantTableOp());
        forGuests(vm_assist, new VmAssist());
        forGuests(vcpu_op, new VcpuOp());
        forGuests(sched_op, new SchedOp());
        forGuests(event_channel_op, new EventChannelOp());
        forGuests(hvm_op, new HvmOp());
        forGuests(physdev_op, new Refused(ENOSYS)); // all of it is for guests with physical interrupts

        refused(Callers.DOMAIN_ZERO, EPERM, platform_op, sysctl, domctl, dm_op, hypfs_op, arch_1);
        refused(Callers.NOBODY, EOPNOTSUPP, argo_op, xenpmu_op);
        refused(Callers.NOBODY, ENOSYS, xsm_op, tmem_op, arch_2, arch_3, arch_4, arch_5, arch_6, arch_7);
        refused(Callers.PARAVIRTUALISED, ENOSYS, set_trap_table, mmu_update, set_gdt, stack_switch, set_callbacks);
        refused(Callers.PARAVIRTUALISED, ENOSYS, fpu_taskswitch, sched_op_compat, set_debugreg, get_debugreg);
        refused(Callers.PARAVIRTUALISED, ENOSYS, update_descriptor, update_va_mapping, update_va_mapping_otherdomain);
        refused(Callers.PARAVIRTUALISED, ENOSYS, event_channel_op_compat, physdev_op_compat, iret, set_segment_base);
        refused(Callers.PARAVIRTUALISED, ENOSYS, mmuext_op, nmi_op, callback_op, xenoprof_op, kexec_op, arch_0);
        for (int number = 0; number < COUNT; number++) {
            if (handlers[number] == null) {
                refused(Callers.NOBODY, ENOSYS, number); // no hypercall has this number
            }
        }
    }

    private void forGuests(int number, Hypercall handler) {
        put(number, Callers.GUESTS, handler);
    }

    private void refused(Callers who, int errno, int... numbers) {
        Hypercall handler = new Refused(errno);
        for (int number : numbers) {
            put(number, who, handler);
        }
    }

    private void put(int number, Callers who, Hypercall handler) {
        if (handlers[number] != null) {
            throw new AssertionError("hypercall " + number + " has two handlers");
        }
        handlers[number] = handler;
        callers[number] = who;
    }

    /** Who may make the hypercall of a number below {@link dev.lodge.vmm.abi.HypercallNumber#COUNT}. */
    Callers callersOf(int number) {
        return callers[number];
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
