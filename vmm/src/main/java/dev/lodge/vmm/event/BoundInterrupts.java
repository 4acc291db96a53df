package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.Virq;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which virtual and physical interrupts of a domain are bound to ports.
 *
 * <p>Written, and asked of physical ones, under the lock of its {@link DomainPorts}; {@link #virqPort} by any thread.
 */
final class BoundInterrupts {

    /** Physical interrupts of a domain: 16 of the ISA bus and Xen's 32 for a guest. None of them ever comes. */
    private static final int NR_PIRQS = 48;

    private final AtomicIntegerArray virqPorts; // [vCPU * NR_VIRQS + VIRQ], 0 where not bound
    private long pirqs; // a bit for each that is bound

    BoundInterrupts(int vcpus) {
        virqPorts = new AtomicIntegerArray(vcpus * Virq.NR_VIRQS);
    }

    static boolean isVirq(int number) {
        return number >= 0 && number < Virq.NR_VIRQS;
    }

    static boolean isPirq(int number) {
        return number >= 0 && number < NR_PIRQS;
    }

    /** Where a VIRQ was bound, or 0. A global one is bound on vCPU 0, wherever its events go. */
    int virqPort(int virq, int vcpu) {
        return virqPorts.get(index(virq, vcpu));
    }

    void bindVirq(int virq, int vcpu, int port) {
        virqPorts.set(index(virq, vcpu), port);
    }

    boolean isPirqBound(int pirq) {
        return (pirqs & 1L << pirq) != 0;
    }

    void bindPirq(int pirq) {
        pirqs |= 1L << pirq;
    }

    /** The channel is about to be closed: its interrupt, if it has one, can be bound again. */
    void unbind(Channel channel) {
        if (channel instanceof Channel.Virq virq) {
            bindVirq(virq.virq(), Virq.isPerVcpu(virq.virq()) ? virq.vcpu() : 0, 0);
        } else if (channel instanceof Channel.Pirq pirq) {
            pirqs &= ~(1L << pirq.pirq());
        }
    }

    private static int index(int virq, int vcpu) {
        return vcpu * Virq.NR_VIRQS + virq;
    }
}
