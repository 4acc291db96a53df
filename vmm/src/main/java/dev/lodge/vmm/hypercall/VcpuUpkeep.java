package dev.lodge.vmm.hypercall;

import dev.lodge.rings.GuestAddress;
import java.lang.foreign.MemorySegment;

/** A vCPU's timers, and the records in the guest's memory that are kept for it. Any of the domain's vCPU threads may call. */
public interface VcpuUpkeep {

    /** For a structure that crosses a page, or is not RAM that the guest can write: no one physical address. */
    long NOWHERE = -1;

    /**
     * Has {@code VIRQ_TIMER} raised at a system time; replaces the one that was set.
     *
     * @param systemTime in ns; one that has passed raises it at once
     */
    void setTimer(long systemTime);

    void stopTimer();

    /**
     * Has {@code VIRQ_TIMER} raised again and again.
     *
     * @param nanos the period; 0 stops it
     */
    void setPeriodicTimer(long nanos);

    /** {@code VIRQ_TIMER} of this vCPU has been bound to a port, or is bound to none: 0. */
    void timerBound(int port);

    /** The guest has placed the vCPU's {@code vcpu_info}: its time record there is to be right from now on. */
    void vcpuInfoPlaced(GuestAddress address);

    /** A second time record, such as one that processes of the guest see, is to be right from now on. */
    void keepTimeRecord(GuestAddress address);

    /**
     * A {@code struct vcpu_runstate_info} is to be kept up to date.
     *
     * @param linear where the guest says
     * @param physical where that is now, or {@link #NOWHERE}
     */
    void keepRunstate(long linear, long physical);

    /** Fills in a {@code struct vcpu_runstate_info} as it is now. */
    void runstate(MemorySegment into);
}
