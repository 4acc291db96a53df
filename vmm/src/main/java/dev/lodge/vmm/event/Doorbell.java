package dev.lodge.vmm.event;

/**
 * Domain 0's end of an event channel: told when the guest sends.
 *
 * <p>Called on the thread of the vCPU that sent, so it must not block; several rings may be answered as one.
 */
@FunctionalInterface
public interface Doorbell {

    void ring();
}
