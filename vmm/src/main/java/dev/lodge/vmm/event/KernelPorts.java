package dev.lodge.vmm.event;

/**
 * What a kernel that knows Xen does with a domain's ports by itself, without an exit: KVM's half of the 2-level ABI.
 *
 * <p>What ports are for is told under the lock of the domain's {@link DomainPorts}; {@link #raise} may come from any thread.
 */
public interface KernelPorts {

    /**
     * The guest's sends on {@code port} make {@code target} pending.
     *
     * @param ipi whether the port is bound as an IPI, and is its own target; else it is one end of a channel within the
     *     domain
     */
    void sendsTo(int port, int target, int vcpu, boolean ipi);

    /** The guest's sends on {@code port} ring Domain 0's end. */
    void rings(int port, BackendPort backend);

    /** The guest's sends on {@code port} are for {@link EventChannels#send} again. */
    void forget(int port);

    /** {@code VIRQ_TIMER} of a vCPU is bound to a port, or, if that is 0, to none. */
    void timerBound(int vcpu, int port);

    /**
     * Makes a port pending, and tells the vCPU.
     *
     * @return whether the kernel did; it cannot before the guest has placed shared_info
     */
    boolean raise(int port, int vcpu);
}
