package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.EACCES;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.event.Channel.Free;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.Ipi;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import dev.lodge.vmm.event.Channel.Unbound;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The event channels of one domain: {@code xen/include/public/event_channel.h}, after Xen's {@code
 * common/event_channel.c}.
 *
 * <p>Operations are named as in the header and answer 0, a port, or an error as {@code -XenErrno.E...}. Ports come from
 * guests, so every method takes any int. What ports are is changed by {@link PortBinding} and {@link PortClosing}; what is
 * here sends, and tells.
 *
 * <p>Locks, in order: the ports of two domains by rising domain number ({@code synchronized} on each {@link DomainPorts});
 * then the FIFO queues' ({@link FifoQueues}); then {@link EventWaiters}' own. A domain's lock guards changes of what its
 * ports are. Sending within a domain takes no lock: it reads one state, which is immutable, and sets bits; a send that races
 * with a close may leave a stray event behind, which the ABI allows. Sending to another guest takes the lock of that guest's
 * ports, since its memory may be about to go.
 */
public final class EventChannels {

    private final DomainTable domains;
    private final boolean kernelDelivers;
    private final DomainPorts ports;
    private final Delivery delivery;
    private final PortBinding binding;
    private final PortClosing closing;
    private final EventPlaces places;
    private final AtomicLong sent = new AtomicLong();

    /** Finds the event channels of a domain by its number. */
    @FunctionalInterface
    public interface DomainTable {
        @Nullable
        EventChannels find(int domid);
    }

    /**
     * A domain's channels, all free, with both ABIs offered.
     *
     * @param sharedInfo a frame in which the bits are kept until the guest places shared_info
     */
    public EventChannels(int domid, int vcpus, MemorySegment sharedInfo, Upcall upcall, DomainTable domains) {
        this(domid, vcpus, sharedInfo, upcall, domains, null);
    }

    /**
     * A domain's channels, all free.
     *
     * @param sharedInfo a frame in which the bits are kept until the guest places shared_info
     * @param kernel delivers events itself where it can, as KVM does; it knows the 2-level ABI only, so that the FIFO ABI is
     *     not offered then. Null for none
     */
    public EventChannels(
            int domid,
            int vcpus,
            MemorySegment sharedInfo,
            Upcall upcall,
            DomainTable domains,
            @Nullable KernelPorts kernel) {
        this.domains = domains;
        kernelDelivers = kernel != null;
        ports = new DomainPorts(domid, vcpus, sharedInfo, upcall, kernel);
        delivery = ports.delivery();
        binding = new PortBinding(ports);
        closing = new PortClosing(ports);
        places = new EventPlaces(ports);
    }

    // What a guest asks for.

    /** {@code EVTCHNOP_alloc_unbound}: a port that {@code remote} may bind to; the new port. */
    public int allocUnbound(int remote) {
        return binding.allocUnbound(remote);
    }

    /** {@code EVTCHNOP_bind_interdomain}: connects to a port that waits for this domain; the new local port, pending. */
    public int bindInterdomain(int remoteDomid, int remotePort) {
        if (remoteDomid == DomainIds.DOMID_0) {
            return binding.bindOffered(remotePort);
        }
        EventChannels remote = remoteDomid == domid() ? this : domains.find(remoteDomid);
        return remote == null ? -ESRCH : binding.bindInterdomain(remote.ports, remotePort);
    }

    /** {@code EVTCHNOP_bind_virq}: a port for a virtual interrupt; the new port. */
    public int bindVirq(int virq, int vcpu) {
        return binding.bindVirq(virq, vcpu);
    }

    /** {@code EVTCHNOP_bind_ipi}: a port by which vCPUs interrupt {@code vcpu}; the new port. */
    public int bindIpi(int vcpu) {
        return binding.bindIpi(vcpu);
    }

    /** {@code EVTCHNOP_bind_pirq}: a port for a physical interrupt, which never comes; the new port. */
    public int bindPirq(int pirq) {
        return binding.bindPirq(pirq);
    }

    /** {@code EVTCHNOP_bind_vcpu}: which vCPU the port's events interrupt from now on. */
    public int bindVcpu(int port, int vcpu) {
        return binding.bindVcpu(port, vcpu);
    }

    /** {@code EVTCHNOP_close}: frees a port; the far end of its channel waits for another connection. */
    public int close(int port) {
        return closing.close(port);
    }

    /** {@code EVTCHNOP_reset}: closes all ports, and goes back to the 2-level ABI. */
    public int reset() {
        return closing.reset();
    }

    /** {@code EVTCHNOP_send}: an event to the far end of a channel. */
    public int send(int port) {
        Channel channel = ports.get(port);
        if (channel instanceof ToDomainZero connected) {
            connected.backend().ring();
        } else if (channel instanceof Ipi ipi) {
            sent.getAndIncrement();
            delivery.setPending(port, ipi.vcpu());
        } else if (channel instanceof Interdomain interdomain) {
            sent.getAndIncrement();
            sendTo(interdomain.remote(), interdomain.remotePort());
        } else if (!(channel instanceof Unbound)) { // to an unbound port: lost, and that is no error
            return -EINVAL;
        }
        return 0;
    }

    private void sendTo(DomainPorts remote, int remotePort) {
        if (remote == ports) {
            delivery.setPending(remotePort, ports.get(remotePort).vcpu());
        } else {
            remote.receive(remotePort, ports);
        }
    }

    /** {@code EVTCHNOP_unmask}: clears a port's mask and delivers what was pending behind it. */
    public int unmask(int port) {
        if (!isPort(port)) {
            return -EINVAL;
        }
        Channel channel = ports.get(port);
        if (channel != Free.FREE) {
            delivery.unmask(port, channel.vcpu());
        }
        return 0;
    }

    /** {@code EVTCHNOP_init_control}: the FIFO ABI's control block of a vCPU, with the first of which that ABI begins. */
    public int initControl(int vcpu, MemorySegment block) {
        if (kernelDelivers) {
            return -ENOSYS;
        }
        synchronized (ports) {
            return ports.isVcpu(vcpu) ? delivery.initControl(vcpu, block, ports.table()) : -ENOENT;
        }
    }

    /** {@code EVTCHNOP_expand_array}: a page of event words for the next ports. */
    public int expandArray(MemorySegment page) {
        if (kernelDelivers) {
            return -ENOSYS;
        }
        synchronized (ports) {
            return delivery.expandArray(page, ports.table());
        }
    }

    /** {@code EVTCHNOP_set_priority}: which queue the port's events join from now on. */
    public int setPriority(int port, int priority) {
        if (!isPort(port)) {
            return -EINVAL;
        }
        EventAbi abi = delivery.abi();
        return abi instanceof FifoQueues && ports.get(port) == Free.FREE ? -EACCES : abi.setPriority(port, priority);
    }

    /** {@code EVTCHNOP_status}: what a port is. */
    public ChannelStatus status(int port) {
        return ChannelStatus.of(ports.get(port));
    }

    /** Whether a number may name a port: 1 to the ABI's last. */
    public boolean isPort(int port) {
        return ports.isPort(port);
    }

    /** Whether a port is anything but free. */
    public boolean isBound(int port) {
        return ports.get(port) != Free.FREE;
    }

    /** Whether a port's pending bit is set. */
    public boolean isPending(int port) {
        return isPort(port) && delivery.abi().isPending(port);
    }

    // What the monitor does.

    /** Raises a VIRQ on a vCPU; nothing happens where the guest has not bound it. */
    public void raiseVirq(int virq, int vcpu) {
        int port = ports.interrupts().virqPort(virq, vcpu);
        if (port != 0 && ports.get(port) instanceof Channel.Virq bound && bound.virq() == virq) {
            delivery.setPending(port, bound.vcpu());
        }
    }

    /**
     * Connects a back end to a port that waits for Domain 0: {@code EVTCHNOP_bind_interdomain} of Domain 0.
     *
     * @return Domain 0's end, or null if the port does not wait for Domain 0
     */
    public @Nullable BackendPort connect(int port, Doorbell doorbell) {
        synchronized (ports) {
            if (!(ports.get(port) instanceof Unbound unbound) || unbound.remote() != DomainIds.DOMID_0) {
                return null;
            }
            BackendPort backend = new BackendPort(this, port, doorbell);
            ports.set(port, new ToDomainZero(backend, unbound.vcpu()));
            return backend;
        }
    }

    /** Where in the guest's memory its events are. */
    public EventPlaces places() {
        return places;
    }

    /** Whether the guest has changed to the FIFO ABI. */
    public boolean isFifo() {
        return delivery.abi() instanceof FifoQueues;
    }

    /** The domain is about to go: closes all ports, and touches its memory no more, whoever sends to it. */
    public void destroy() {
        ports.destroy();
        reset();
    }

    /** Threads that wait for events of this domain. */
    public EventWaiters waiters() {
        return delivery.waiters();
    }

    /** Whether a vCPU has been told of events that it has not looked at. */
    public boolean isUpcallPending(int vcpu) {
        return delivery.bits().isUpcallPending(vcpu);
    }

    /** The number of the domain. */
    int domid() {
        return ports.domid();
    }

    /** How many events the guest has sent, without those that a kernel has delivered within it. */
    public long sent() {
        return sent.get();
    }

    void countSent() {
        sent.getAndIncrement();
    }

    /** How many events were made pending for the guest. */
    public long received() {
        return delivery.received();
    }

    void sendFromDomainZero(BackendPort backend) {
        int port = backend.guestPort();
        if (ports.get(port) instanceof ToDomainZero connected && connected.backend() == backend) {
            delivery.setPending(port, connected.vcpu());
        }
    }

    void disconnect(BackendPort backend) {
        closing.disconnect(backend);
    }
}
