package dev.lodge.kvm;

/** Where a GSI, the number that an irqfd raises, leads: {@code struct kvm_irq_routing_entry}. */
public sealed interface GsiRoute {
    /** The GSI. */
    int gsi();

    /** To a local APIC, by a message as {@link KvmVm#signalMsi} has it. */
    record Msi(int gsi, int addressLo, int addressHi, int data) implements GsiRoute {}

    /**
     * To an event channel, set pending inside the kernel. Needs {@link KvmXen#KVM_XEN_HVM_CONFIG_EVTCHN_2LEVEL}.
     *
     * @param priority {@link KvmXen#KVM_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL}
     */
    record XenEvtchn(int gsi, int port, int vcpu, int priority) implements GsiRoute {}
}
