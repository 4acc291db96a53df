package dev.lodge.vmm.event;

/**
 * What a port of a domain is: one state of {@code EVTCHNSTAT_*}. Immutable; a change of a port puts another in its place.
 */
sealed interface Channel {

    /** The vCPU of the domain that the port's events interrupt. */
    int vcpu();

    /** Not in use. */
    enum Free implements Channel {
        FREE;

        @Override
        public int vcpu() {
            return 0;
        }
    }

    /** Waits for {@code remote} to bind to it. */
    record Unbound(int remote, int vcpu) implements Channel {}

    /** Connected to a port of a guest: another one, or the domain itself. */
    record Interdomain(DomainPorts remote, int remotePort, int vcpu) implements Channel {}

    /** Connected to a back end in Domain 0. */
    record ToDomainZero(BackendPort backend, int vcpu) implements Channel {}

    /** Bound to a virtual interrupt. */
    record Virq(int virq, int vcpu) implements Channel {}

    /** Bound to a physical interrupt, of which a domain without devices has numbers but never one that comes. */
    record Pirq(int pirq, int vcpu) implements Channel {}

    /** For the domain's vCPUs to interrupt one of them. */
    record Ipi(int vcpu) implements Channel {}
}
