package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.Ipi;
import dev.lodge.vmm.event.Channel.Pirq;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import dev.lodge.vmm.event.Channel.Unbound;

/** How a domain's ports come to be what they are: the binding half of {@link EventChannels}, which tells what each answers. */
final class PortBinding {

    private final DomainPorts ports;

    PortBinding(DomainPorts ports) {
        this.ports = ports;
    }

    int allocUnbound(int remote) {
        synchronized (ports) {
            return ports.allocate(new Unbound(remote, 0));
        }
    }

    int bindInterdomain(DomainPorts remote, int remotePort) {
        DomainPorts first = ports.firstToLock(remote);
        DomainPorts second = first == ports ? remote : ports;
        int local;
        synchronized (first) {
            synchronized (second) {
                if (!ports.hasFree()) {
                    return -ENOSPC;
                }
                if (!(remote.get(remotePort) instanceof Unbound unbound) || unbound.remote() != ports.domid()) {
                    return -EINVAL;
                }
                local = ports.allocate(new Interdomain(remote, remotePort, 0));
                if (local > 0) {
                    remote.set(remotePort, new Interdomain(ports, local, unbound.vcpu()));
                    // The other side may have sent before this one was bound.
                    ports.delivery().setPending(local, 0);
                }
            }
        }
        return local;
    }

    /**
     * Connects to Domain 0, none of whose ports waits for a guest. But Linux of 2022 and 2023 names the port that it has just made for
     * Domain 0 to bind to, as if that were Domain 0's own, and loses the console that it is for: it is given that port (decision 16).
     */
    int bindOffered(int port) {
        synchronized (ports) {
            boolean offered = ports.get(port) instanceof Unbound unbound && unbound.remote() == DomainIds.DOMID_0;
            return offered ? port : -EINVAL;
        }
    }

    int bindVirq(int virq, int vcpu) {
        if (!BoundInterrupts.isVirq(virq) || (!Virq.isPerVcpu(virq) && vcpu != 0)) {
            return -EINVAL;
        }
        if (!ports.isVcpu(vcpu)) {
            return -ENOENT;
        }
        synchronized (ports) {
            if (ports.interrupts().virqPort(virq, vcpu) != 0) {
                return -EEXIST;
            }
            int port = ports.allocate(new Channel.Virq(virq, vcpu));
            if (port > 0) {
                ports.interrupts().bindVirq(virq, vcpu, port);
            }
            return port;
        }
    }

    int bindIpi(int vcpu) {
        if (!ports.isVcpu(vcpu)) {
            return -ENOENT;
        }
        synchronized (ports) {
            return ports.allocate(new Ipi(vcpu));
        }
    }

    int bindPirq(int pirq) {
        if (!BoundInterrupts.isPirq(pirq)) {
            return -EINVAL;
        }
        synchronized (ports) {
            if (ports.interrupts().isPirqBound(pirq)) {
                return -EEXIST;
            }
            int port = ports.allocate(new Pirq(pirq, 0));
            if (port > 0) {
                ports.interrupts().bindPirq(pirq);
            }
            return port;
        }
    }

    int bindVcpu(int port, int vcpu) {
        if (!ports.isVcpu(vcpu)) {
            return -ENOENT;
        }
        synchronized (ports) {
            Channel channel = ports.get(port);
            Channel moved;
            if (channel instanceof Unbound unbound) {
                moved = new Unbound(unbound.remote(), vcpu);
            } else if (channel instanceof Interdomain interdomain) {
                moved = new Interdomain(interdomain.remote(), interdomain.remotePort(), vcpu);
            } else if (channel instanceof ToDomainZero connected) {
                moved = new ToDomainZero(connected.backend(), vcpu);
            } else if (channel instanceof Pirq pirq) {
                moved = new Pirq(pirq.pirq(), vcpu);
            } else if (channel instanceof Channel.Virq virq && !Virq.isPerVcpu(virq.virq())) {
                moved = new Channel.Virq(virq.virq(), vcpu);
            } else {
                return -EINVAL;
            }
            ports.set(port, moved);
        }
        return 0;
    }
}
