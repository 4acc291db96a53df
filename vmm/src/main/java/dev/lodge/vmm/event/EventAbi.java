package dev.lodge.vmm.event;

/**
 * How a guest is shown its events: one of the two ABIs of {@code xen/include/public/event_channel.h}. Xen's {@code struct
 * evtchn_port_ops}.
 *
 * <p>Any thread may call any of it. Ports and vCPUs are the caller's, which has checked them: they exist in the domain.
 */
interface EventAbi {

    /** One more than the largest port that can be bound. */
    int portLimit();

    /** A port that was free is bound. Under the lock of the domain's ports. */
    void bound(int port);

    /**
     * Makes a port pending.
     *
     * @param vcpu whom the port's events interrupt
     * @return whether that vCPU has to be interrupted
     */
    boolean setPending(int port, int vcpu);

    /** Forgets that a port is pending, as it is closed. */
    void clearPending(int port);

    /**
     * Clears a port's mask.
     *
     * @return whether the vCPU has to be interrupted, as the port was pending behind it
     */
    boolean unmask(int port, int vcpu);

    boolean isPending(int port);

    /** Whether the guest's memory still holds on to a port though it is closed, so that it must not be bound again yet. */
    boolean isBusy(int port);

    /**
     * Which of a vCPU's queues the port's events join from now on.
     *
     * @return 0, or an error as {@code -XenErrno.E...}
     */
    int setPriority(int port, int priority);
}
