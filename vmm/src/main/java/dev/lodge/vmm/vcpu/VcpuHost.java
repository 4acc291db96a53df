package dev.lodge.vmm.vcpu;

import dev.lodge.vmm.hypercall.GuestDomain;

/** What a vCPU's thread tells the domain that it belongs to. */
public interface VcpuHost extends GuestDomain {

    /**
     * The guest cannot go on, or must not.
     *
     * @param reason one line, for a person
     */
    void crash(String reason);

    /** This process failed at serving the guest: our bug. */
    void failed(Throwable failure);

    /** Where vCPUs wait while the domain is paused. */
    PauseGate pauseGate();

    /** A byte or more for the early console, port 0xe9. */
    void earlyConsole(byte value);
}
