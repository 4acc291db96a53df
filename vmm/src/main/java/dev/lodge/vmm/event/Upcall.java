package dev.lodge.vmm.event;

/** Interrupts a vCPU so that it looks for its events: Xen's {@code hvm_assert_evtchn_irq}. Called from any thread. */
@FunctionalInterface
public interface Upcall {

    /**
     * Interrupts one vCPU.
     *
     * @param vcpu its number
     */
    void interrupt(int vcpu);
}
