package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.EventChannelAbi;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.event.Channel.Free;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.Ipi;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import dev.lodge.vmm.event.Channel.Unbound;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The event channels of one domain: {@code xen/include/public/event_channel.h}, after Xen's {@code
 * common/event_channel.c}.
 *
 * <p>Operations are named as in the header and answer 0, a port, or an error as {@code -XenErrno.E...}. Ports come from
 * guests, so every method takes any int.
 *
 * <p>Locks, in order: the tables of two domains by rising domain number ({@code synchronized} on each); then
 * {@link EventWaiters}' own. A table's lock guards changes of what ports are. Sending takes no lock: it reads one state,
 * which is immutable, and sets bits; a send that races with a close may leave a stray event behind, which the ABI allows.
 */
public final class EventChannels {

    private final int domid;
    private final DomainTable domains;
    private final Upcall upcall;
    private final TwoLevelBits bits;
    private final EventWaiters waiters = new EventWaiters();
    private final AtomicReferenceArray<Channel> ports;
    private final int[][] virqPorts; // [vCPU][VIRQ], 0 where not bound
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    /** Finds the event channels of a domain by its number. */
    @FunctionalInterface
    public interface DomainTable {
        @Nullable
        EventChannels find(int domid);
    }

    /**
     * A domain's channels, all free.
     *
     * @param sharedInfo a frame in which the bits are kept until the guest places shared_info
     */
    public EventChannels(int domid, int vcpus, MemorySegment sharedInfo, Upcall upcall, DomainTable domains) {
        this.domid = domid;
        this.domains = domains;
        this.upcall = upcall;
        bits = new TwoLevelBits(sharedInfo, vcpus);
        ports = new AtomicReferenceArray<>(EventChannelAbi.EVTCHN_2L_NR_CHANNELS);
        virqPorts = new int[vcpus][Virq.NR_VIRQS];
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
                if (!(remote.channel(remotePort) instanceof Unbound unbound) || unbound.remote() != domid) {
                    return -EINVAL;
                }
                local = allocate(new Interdomain(remote, remotePort, 0));
                if (local < 0) {
                    return local;
                }
                remote.ports.set(remotePort, new Interdomain(this, local, unbound.vcpu()));
            }
        }
        setPending(local, 0); // the other side may have sent before this one was bound
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
        if (virqPorts[vcpu][virq] != 0) {
            return -EEXIST;
        }
        int port = allocate(new Channel.Virq(virq, vcpu));
        if (port > 0) {
            virqPorts[vcpu][virq] = port;
        }
        return port;
    }

    /** {@code EVTCHNOP_bind_ipi}: a port by which vCPUs interrupt {@code vcpu}; the new port. */
    public synchronized int bindIpi(int vcpu) {
        return isVcpu(vcpu) ? allocate(new Ipi(vcpu)) : -ENOENT;
    }

    /** {@code EVTCHNOP_bind_vcpu}: which vCPU the port's events interrupt from now on. */
    public synchronized int bindVcpu(int port, int vcpu) {
        if (!isVcpu(vcpu)) {
            return -ENOENT;
        }
        Channel channel = channel(port);
        Channel moved;
        if (channel instanceof Unbound unbound) {
            moved = new Unbound(unbound.remote(), vcpu);
        } else if (channel instanceof Interdomain interdomain) {
            moved = new Interdomain(interdomain.remote(), interdomain.remotePort(), vcpu);
        } else if (channel instanceof ToDomainZero connected) {
            moved = new ToDomainZero(connected.backend(), vcpu);
        } else if (channel instanceof Channel.Virq virq && !Virq.isPerVcpu(virq.virq())) {
            moved = new Channel.Virq(virq.virq(), vcpu);
        } else {
            return -EINVAL;
        }
        ports.set(port, moved);
        return 0;
    }

    /** {@code EVTCHNOP_close}: frees a port; the far end of its channel waits for another connection. */
    public int close(int port) {
        while (true) {
            Channel channel = channel(port);
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
        Channel channel = channel(port);
        if (channel instanceof ToDomainZero connected) {
            sent.getAndIncrement();
            connected.backend().ring();
        } else if (channel instanceof Ipi ipi) {
            sent.getAndIncrement();
            setPending(port, ipi.vcpu());
        } else if (channel instanceof Interdomain interdomain) {
            sent.getAndIncrement();
            EventChannels remote = interdomain.remote();
            remote.setPending(
                    interdomain.remotePort(),
                    remote.channel(interdomain.remotePort()).vcpu());
        } else if (!(channel instanceof Unbound)) { // to an unbound port: lost, and that is no error
            return -EINVAL;
        }
        return 0;
    }

    /** {@code EVTCHNOP_unmask}: clears a port's mask and delivers what was pending behind it. */
    public int unmask(int port) {
        if (!isPort(port)) {
            return -EINVAL;
        }
        int vcpu = channel(port).vcpu();
        if (bits.unmask(port, vcpu)) {
            interrupt(vcpu);
        }
        return 0;
    }

    /** {@code EVTCHNOP_reset}: closes all ports. */
    public void reset() {
        for (int port = 1; port < ports.length(); port++) {
            if (channel(port) != Free.FREE) {
                close(port);
            }
        }
    }

    /** {@code EVTCHNOP_status}: what a port is. */
    public ChannelStatus status(int port) {
        Channel channel = channel(port);
        if (channel instanceof Unbound unbound) {
            return new ChannelStatus(EventChannelAbi.EVTCHNSTAT_unbound, unbound.vcpu(), unbound.remote(), 0);
        } else if (channel instanceof Interdomain interdomain) {
            return new ChannelStatus(
                    EventChannelAbi.EVTCHNSTAT_interdomain,
                    interdomain.vcpu(),
                    interdomain.remote().domid,
                    interdomain.remotePort());
        } else if (channel instanceof ToDomainZero connected) {
            return new ChannelStatus(
                    EventChannelAbi.EVTCHNSTAT_interdomain,
                    connected.vcpu(),
                    0,
                    connected.backend().number());
        } else if (channel instanceof Channel.Virq virq) {
            return new ChannelStatus(EventChannelAbi.EVTCHNSTAT_virq, virq.vcpu(), virq.virq(), 0);
        } else if (channel instanceof Ipi ipi) {
            return new ChannelStatus(EventChannelAbi.EVTCHNSTAT_ipi, ipi.vcpu(), 0, 0);
        }
        return new ChannelStatus(EventChannelAbi.EVTCHNSTAT_closed, 0, 0, 0);
    }

    /** Whether a number may name a port: 1 to the ABI's last. */
    public boolean isPort(int port) {
        return port > 0 && port < ports.length();
    }

    /** Whether a port's pending bit is set. */
    public boolean isPending(int port) {
        return isPort(port) && bits.isPending(port);
    }

    // What the monitor does.

    /** Raises a VIRQ on a vCPU; nothing happens where the guest has not bound it. */
    public void raiseVirq(int virq, int vcpu) {
        int port = virqPorts[vcpu][virq];
        if (port != 0 && channel(port) instanceof Channel.Virq bound) {
            setPending(port, bound.vcpu());
        }
    }

    /**
     * Connects a back end to a port that waits for Domain 0: {@code EVTCHNOP_bind_interdomain} of Domain 0.
     *
     * @return Domain 0's end, or null if the port does not wait for Domain 0
     */
    public synchronized @Nullable BackendPort connect(int port, Doorbell doorbell) {
        if (!(channel(port) instanceof Unbound unbound) || unbound.remote() != 0) {
            return null;
        }
        BackendPort backend = new BackendPort(this, port, doorbell);
        ports.set(port, new ToDomainZero(backend, unbound.vcpu()));
        return backend;
    }

    /** Puts shared_info where the guest wants it, with all that it held. */
    public synchronized void placeSharedInfo(MemorySegment frame) {
        if (bits.moveSharedInfo(frame)) {
            for (int vcpu = 0; vcpu < virqPorts.length; vcpu++) {
                interrupt(vcpu);
            }
        }
    }

    /** Puts a vCPU's vcpu_info where the guest wants it, with all that it held. */
    public synchronized void placeVcpuInfo(int vcpu, MemorySegment place) {
        if (bits.moveVcpuInfo(vcpu, place)) {
            interrupt(vcpu);
        }
    }

    /** Whether the guest has placed a vCPU's vcpu_info; it lies in shared_info else, or is of no account. */
    public synchronized boolean isVcpuInfoPlaced(int vcpu) {
        return bits.isPlaced(vcpu);
    }

    /** Where a vCPU's vcpu_info is now. */
    public MemorySegment vcpuInfo(int vcpu) {
        return bits.vcpuInfo(vcpu);
    }

    /** Where shared_info is now. */
    public MemorySegment sharedInfo() {
        return bits.sharedInfo();
    }

    /** Threads that wait for events of this domain. */
    public EventWaiters waiters() {
        return waiters;
    }

    /** Whether a vCPU has been told of events that it has not looked at. */
    public boolean isUpcallPending(int vcpu) {
        return bits.isUpcallPending(vcpu);
    }

    /** How many events the guest has sent. */
    public long sent() {
        return sent.get();
    }

    /** How many events were made pending for the guest. */
    public long received() {
        return received.get();
    }

    void sendFromDomainZero(BackendPort backend) {
        int port = backend.guestPort();
        if (channel(port) instanceof ToDomainZero connected && connected.backend() == backend) {
            setPending(port, connected.vcpu());
        }
    }

    synchronized void disconnect(BackendPort backend) {
        int port = backend.guestPort();
        if (channel(port) instanceof ToDomainZero connected && connected.backend() == backend) {
            ports.set(port, new Unbound(0, connected.vcpu()));
        }
    }

    /** False, and nothing is done, if the port has become something else than {@code seen} meanwhile. */
    private synchronized boolean closeLocal(int port, Channel seen) {
        if (channel(port) != seen) {
            return false;
        }
        if (seen instanceof Channel.Virq virq) {
            // A global VIRQ may have moved, but is listed where it was bound.
            virqPorts[Virq.isPerVcpu(virq.virq()) ? virq.vcpu() : 0][virq.virq()] = 0;
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
                if (channel(port) != seen) {
                    return false;
                }
                int vcpu = remote.channel(seen.remotePort()).vcpu();
                remote.ports.set(seen.remotePort(), new Unbound(domid, vcpu));
                free(port);
                return true;
            }
        }
    }

    private void setPending(int port, int vcpu) {
        received.getAndIncrement();
        boolean interrupt = bits.setPending(port, vcpu);
        waiters.wake();
        if (interrupt) {
            upcall.interrupt(vcpu);
        }
    }

    private void interrupt(int vcpu) {
        waiters.wake();
        upcall.interrupt(vcpu);
    }

    private Channel channel(int port) {
        Channel channel = isPort(port) ? ports.getAcquire(port) : null;
        return channel == null ? Free.FREE : channel;
    }

    private int allocate(Channel channel) {
        for (int port = 1; port < ports.length(); port++) {
            if (channel(port) == Free.FREE) {
                ports.setRelease(port, channel);
                return port;
            }
        }
        return -ENOSPC;
    }

    private void free(int port) {
        bits.clearPending(port);
        ports.set(port, Free.FREE);
    }

    private boolean isVcpu(int vcpu) {
        return vcpu >= 0 && vcpu < virqPorts.length;
    }
}
