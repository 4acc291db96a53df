package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.EACCES;
import static dev.lodge.vmm.abi.XenErrno.EAGAIN;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.event.Channel.Free;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.Ipi;
import dev.lodge.vmm.event.Channel.Pirq;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import dev.lodge.vmm.event.Channel.Unbound;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The event channels of one domain: {@code xen/include/public/event_channel.h}, after Xen's {@code
 * common/event_channel.c}.
 *
 * <p>Operations are named as in the header and answer 0, a port, or an error as {@code -XenErrno.E...}. Ports come from
 * guests, so every method takes any int.
 *
 * <p>Locks, in order: the tables of two domains by rising domain number ({@code synchronized} on each); then the FIFO
 * queues' ({@link FifoQueues}); then {@link EventWaiters}' own. A table's lock guards changes of what ports are. Sending
 * within a domain takes no lock: it reads one state, which is immutable, and sets bits; a send that races with a close may
 * leave a stray event behind, which the ABI allows. Sending to another guest takes the lock of that guest's table, since its
 * memory may be about to go.
 */
public final class EventChannels {

    /** Physical interrupts of a domain: 16 of the ISA bus and Xen's 32 for a guest. None of them ever comes. */
    private static final int NR_PIRQS = 48;

    private final int domid;
    private final int vcpus;
    private final DomainTable domains;
    private final @Nullable KernelPorts kernel;
    private final Delivery delivery;
    private final PortTable ports = new PortTable();
    private final AtomicIntegerArray virqPorts; // [vCPU * NR_VIRQS + VIRQ], 0 where not bound
    private final AtomicLong sent = new AtomicLong();
    private long boundPirqs; // a bit for each
    private boolean destroyed;

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
        this.domid = domid;
        this.vcpus = vcpus;
        this.domains = domains;
        this.kernel = kernel;
        delivery = new Delivery(sharedInfo, vcpus, upcall, kernel);
        virqPorts = new AtomicIntegerArray(vcpus * Virq.NR_VIRQS);
    }

    // What a guest asks for.

    /** {@code EVTCHNOP_alloc_unbound}: a port that {@code remote} may bind to; the new port. */
    public synchronized int allocUnbound(int remote) {
        return allocate(new Unbound(remote, 0));
    }

    /** {@code EVTCHNOP_bind_interdomain}: connects to a port that waits for this domain; the new local port, pending. */
    public int bindInterdomain(int remoteDomid, int remotePort) {
        EventChannels remote = remoteDomid == domid ? this : domains.find(remoteDomid);
        if (remote == null) {
            // Domain 0 is there, but none of its ports waits for a guest.
            return remoteDomid == DomainIds.DOMID_0 ? -EINVAL : -ESRCH;
        }
        EventChannels first = remote.domid < domid ? remote : this;
        EventChannels second = first == this ? remote : this;
        int local;
        synchronized (first) {
            synchronized (second) {
                if (ports.findFree(delivery.abi()) == 0) {
                    return -ENOSPC;
                }
                if (!(remote.ports.get(remotePort) instanceof Unbound unbound) || unbound.remote() != domid) {
                    return -EINVAL;
                }
                local = allocate(new Interdomain(remote, remotePort, 0));
                if (local > 0) {
                    remote.set(remotePort, new Interdomain(this, local, unbound.vcpu()));
                    delivery.setPending(local, 0); // the other side may have sent before this one was bound
                }
            }
        }
        return local;
    }

    /** {@code EVTCHNOP_bind_virq}: a port for a virtual interrupt; the new port. */
    public synchronized int bindVirq(int virq, int vcpu) {
        if (virq < 0 || virq >= Virq.NR_VIRQS || (!Virq.isPerVcpu(virq) && vcpu != 0)) {
            return -EINVAL;
        }
        if (!isVcpu(vcpu)) {
            return -ENOENT;
        }
        if (virqPorts.get(virqIndex(virq, vcpu)) != 0) {
            return -EEXIST;
        }
        int port = allocate(new Channel.Virq(virq, vcpu));
        if (port > 0) {
            virqPorts.set(virqIndex(virq, vcpu), port);
        }
        return port;
    }

    /** {@code EVTCHNOP_bind_ipi}: a port by which vCPUs interrupt {@code vcpu}; the new port. */
    public synchronized int bindIpi(int vcpu) {
        return isVcpu(vcpu) ? allocate(new Ipi(vcpu)) : -ENOENT;
    }

    /** {@code EVTCHNOP_bind_pirq}: a port for a physical interrupt, which never comes; the new port. */
    public synchronized int bindPirq(int pirq) {
        if (pirq < 0 || pirq >= NR_PIRQS) {
            return -EINVAL;
        }
        if ((boundPirqs & 1L << pirq) != 0) {
            return -EEXIST;
        }
        int port = allocate(new Pirq(pirq, 0));
        if (port > 0) {
            boundPirqs |= 1L << pirq;
        }
        return port;
    }

    /** {@code EVTCHNOP_bind_vcpu}: which vCPU the port's events interrupt from now on. */
    public synchronized int bindVcpu(int port, int vcpu) {
        if (!isVcpu(vcpu)) {
            return -ENOENT;
        }
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
        set(port, moved);
        return 0;
    }

    /** {@code EVTCHNOP_close}: frees a port; the far end of its channel waits for another connection. */
    public int close(int port) {
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

    private void sendTo(EventChannels remote, int remotePort) {
        if (remote == this) {
            delivery.setPending(remotePort, ports.get(remotePort).vcpu());
            return;
        }
        synchronized (remote) {
            if (!remote.destroyed && remote.ports.get(remotePort) instanceof Interdomain far && far.remote() == this) {
                remote.delivery.setPending(remotePort, far.vcpu());
            }
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

    /** {@code EVTCHNOP_reset}: closes all ports, and goes back to the 2-level ABI. */
    public int reset() {
        int limit = ports.limit();
        for (int port = 1; port < limit; port++) {
            if (ports.get(port) != Free.FREE) {
                close(port);
            }
        }
        synchronized (this) {
            if (ports.bound() > 0) {
                return -EAGAIN; // another vCPU has bound one meanwhile
            }
            delivery.useTwoLevel();
        }
        return 0;
    }

    /** {@code EVTCHNOP_init_control}: the FIFO ABI's control block of a vCPU, with the first of which that ABI begins. */
    public synchronized int initControl(int vcpu, MemorySegment block) {
        if (kernel != null) {
            return -ENOSYS;
        }
        return isVcpu(vcpu) ? delivery.initControl(vcpu, block, ports) : -ENOENT;
    }

    /** {@code EVTCHNOP_expand_array}: a page of event words for the next ports. */
    public synchronized int expandArray(MemorySegment page) {
        return kernel == null ? delivery.expandArray(page, ports) : -ENOSYS;
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
        return port > 0 && port < delivery.abi().portLimit();
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
        int port = virqPorts.get(virqIndex(virq, vcpu));
        if (port != 0 && ports.get(port) instanceof Channel.Virq bound && bound.virq() == virq) {
            delivery.setPending(port, bound.vcpu());
        }
    }

    /**
     * Connects a back end to a port that waits for Domain 0: {@code EVTCHNOP_bind_interdomain} of Domain 0.
     *
     * @return Domain 0's end, or null if the port does not wait for Domain 0
     */
    public synchronized @Nullable BackendPort connect(int port, Doorbell doorbell) {
        if (!(ports.get(port) instanceof Unbound unbound) || unbound.remote() != 0) {
            return null;
        }
        BackendPort backend = new BackendPort(this, port, doorbell);
        set(port, new ToDomainZero(backend, unbound.vcpu()));
        return backend;
    }

    /**
     * Puts shared_info where the guest wants it, with all that it held.
     *
     * @param tellKernel told between the two steps: what comes after it goes to the new place, and what came before is found
     */
    public synchronized void placeSharedInfo(MemorySegment frame, Runnable tellKernel) {
        MemorySegment left = delivery.bits().moveSharedInfo(frame);
        tellKernel.run();
        delivery.bits().collectPending(left);
        delivery.renew(Delivery.ALL, ports);
    }

    /** Puts a vCPU's vcpu_info where the guest wants it, with all that it held; see {@link #placeSharedInfo}. */
    public synchronized void placeVcpuInfo(int vcpu, MemorySegment place, Runnable tellKernel) {
        delivery.bits().moveVcpuInfo(vcpu, place);
        tellKernel.run();
        delivery.renew(vcpu, ports);
    }

    /** Whether the guest has placed a vCPU's vcpu_info; it lies in shared_info else, or is of no account. */
    public synchronized boolean isVcpuInfoPlaced(int vcpu) {
        return delivery.bits().isPlaced(vcpu);
    }

    /** Where a vCPU's vcpu_info is now. */
    public MemorySegment vcpuInfo(int vcpu) {
        return delivery.bits().vcpuInfo(vcpu);
    }

    /** Where shared_info is now. */
    public MemorySegment sharedInfo() {
        return delivery.bits().sharedInfo();
    }

    /** Whether events use a frame of the guest's, so that it must not be taken away: shared_info, vcpu_info, queues. */
    public synchronized boolean occupies(MemorySegment frame) {
        return delivery.occupies(frame);
    }

    /** Whether the guest has changed to the FIFO ABI. */
    public boolean isFifo() {
        return delivery.abi() instanceof FifoQueues;
    }

    /** The domain is about to go: closes all ports, and touches its memory no more, whoever sends to it. */
    public void destroy() {
        synchronized (this) {
            destroyed = true;
        }
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
        return domid;
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

    synchronized void disconnect(BackendPort backend) {
        int port = backend.guestPort();
        if (ports.get(port) instanceof ToDomainZero connected && connected.backend() == backend) {
            set(port, new Unbound(0, connected.vcpu()));
        }
    }

    /** False, and nothing is done, if the port has become something else than {@code seen} meanwhile. */
    private synchronized boolean closeLocal(int port, Channel seen) {
        if (ports.get(port) != seen) {
            return false;
        }
        if (seen instanceof Channel.Virq virq) {
            // A global VIRQ may have moved, but is listed where it was bound.
            virqPorts.set(virqIndex(virq.virq(), Virq.isPerVcpu(virq.virq()) ? virq.vcpu() : 0), 0);
            if (kernel != null && virq.virq() == Virq.VIRQ_TIMER) {
                kernel.timerBound(virq.vcpu(), 0);
            }
        } else if (seen instanceof Pirq pirq) {
            boundPirqs &= ~(1L << pirq.pirq());
        }
        free(port);
        return true;
    }

    private boolean closeInterdomain(int port, Interdomain seen) {
        EventChannels remote = seen.remote();
        EventChannels first = remote.domid < domid ? remote : this;
        EventChannels second = first == this ? remote : this;
        synchronized (first) {
            synchronized (second) {
                if (ports.get(port) != seen) {
                    return false;
                }
                int vcpu = remote.ports.get(seen.remotePort()).vcpu();
                remote.set(seen.remotePort(), new Unbound(domid, vcpu));
                free(port);
                return true;
            }
        }
    }

    private int allocate(Channel channel) {
        int port = ports.findFree(delivery.abi());
        if (port == 0) {
            return -ENOSPC;
        }
        delivery.abi().bound(port);
        set(port, channel);
        return port;
    }

    /** The one place where a port changes. Under the lock. */
    private void set(int port, Channel channel) {
        ports.set(port, channel);
        if (kernel == null) {
            return;
        }
        if (channel instanceof Ipi ipi) {
            kernel.sendsTo(port, port, ipi.vcpu(), true);
        } else if (channel instanceof ToDomainZero connected) {
            kernel.rings(port, connected.backend());
        } else if (channel instanceof Interdomain local && local.remote() == this) {
            kernel.sendsTo(local.remotePort(), port, local.vcpu(), false);
        } else {
            kernel.forget(port);
        }
        if (channel instanceof Channel.Virq timer && timer.virq() == Virq.VIRQ_TIMER) {
            kernel.timerBound(timer.vcpu(), port);
        }
    }

    private void free(int port) {
        delivery.abi().clearPending(port);
        set(port, Free.FREE);
    }

    private boolean isVcpu(int vcpu) {
        return vcpu >= 0 && vcpu < vcpus;
    }

    private static int virqIndex(int virq, int vcpu) {
        return vcpu * Virq.NR_VIRQS + virq;
    }
}
