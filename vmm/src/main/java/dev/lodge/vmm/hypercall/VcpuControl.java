package dev.lodge.vmm.hypercall;

import java.util.function.BooleanSupplier;

/** What hypercalls do to a vCPU of their domain. Any of the domain's vCPU threads may call. */
public interface VcpuControl {

    /** Events interrupt the vCPU by this LAPIC vector from now on: {@code HVMOP_set_evtchn_upcall_vector}. */
    void setUpcallVector(int vector);

    /** The vCPU's timers, and the records that are kept for it. */
    VcpuUpkeep upkeep();

    /**
     * Has a vCPU that was never started begin with these registers, once it {@linkplain #comeUp comes up}: {@code
     * VCPUOP_initialise}. Waits until that vCPU's thread has them.
     *
     * @param goesOn {@link Caller#goesOn}, asked while the caller waits for long
     * @return 0; or -EEXIST if it has been started, -EINVAL if this host's KVM refuses the registers
     */
    long initialise(StartState state, BooleanSupplier goesOn);

    /** Whether the vCPU was ever started, by its local APIC or by {@link #initialise}. */
    boolean isStarted();

    /** Whether the vCPU has been started and is not {@linkplain #goDown down}. */
    boolean isUp();

    /** Stops the vCPU where it is, soon: {@code VCPUOP_down}. */
    void goDown();

    /** Has it go on from there: {@code VCPUOP_up}. */
    void comeUp();

    /** Sleeps, as {@code hlt} does, until an interrupt comes. For the vCPU's own thread. */
    void halt();

    /**
     * Does what others want of the vCPU while it is out of the guest for long: waits while the domain is paused, and shows
     * its registers. For the vCPU's own thread, which holds no lock.
     */
    void giveWay();
}
