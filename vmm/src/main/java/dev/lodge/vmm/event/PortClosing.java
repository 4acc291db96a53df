package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.EAGAIN;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;

import dev.lodge.vmm.event.Channel.Free;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import dev.lodge.vmm.event.Channel.Unbound;

/**
 * How a domain's ports become free again: the closing half of {@link EventChannels}.
 *
 * <p>Which locks a close needs depends on what the port is, and that is known for certain only under them. So it looks, takes
 * them, and begins anew if the port is another by then.
 */
final class PortClosing {

    private final DomainPorts ports;

    PortClosing(DomainPorts ports) {
        this.ports = ports;
    }

    int close(int port) {
        while (true) {
            Channel channel = ports.get(port);
            if (channel == Free.FREE) {
                return -EINVAL;
            }
            boolean closed = channel instanceof Interdomain interdomain
                    ? closeInterdomain(port, interdomain)
                    : closeLocal(port, channel);
            if (closed) {
                return 0;
            }
        }
    }

    /** False, and nothing is done, if the port has become something else than {@code seen} meanwhile. */
    private boolean closeLocal(int port, Channel seen) {
        synchronized (ports) {
            if (ports.get(port) != seen) {
                return false;
            }
            ports.free(port);
            return true;
        }
    }

    /** As {@link #closeLocal}; the far end waits for another connection. */
    private boolean closeInterdomain(int port, Interdomain seen) {
        DomainPorts remote = seen.remote();
        DomainPorts first = ports.firstToLock(remote);
        DomainPorts second = first == ports ? remote : ports;
        synchronized (first) {
            synchronized (second) {
                if (ports.get(port) != seen) {
                    return false;
                }
                int vcpu = remote.get(seen.remotePort()).vcpu();
                remote.set(seen.remotePort(), new Unbound(ports.domid(), vcpu));
                ports.free(port);
                return true;
            }
        }
    }

    /** Domain 0 closes its end; nothing happens if the guest's is something else by now. */
    void disconnect(BackendPort backend) {
        int port = backend.guestPort();
        synchronized (ports) {
            if (ports.get(port) instanceof ToDomainZero connected && connected.backend() == backend) {
                ports.set(port, new Unbound(0, connected.vcpu()));
            }
        }
    }

    int reset() {
        int limit = ports.table().limit();
        for (int port = 1; port < limit; port++) {
            if (ports.get(port) != Free.FREE) {
                close(port);
            }
        }
        synchronized (ports) {
            if (ports.table().bound() > 0) {
                return -EAGAIN; // another vCPU has bound one meanwhile
            }
            ports.delivery().useTwoLevel();
        }
        return 0;
    }
}
