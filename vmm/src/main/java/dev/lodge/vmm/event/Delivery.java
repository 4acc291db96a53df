package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.event.Channel.Free;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How events reach a domain: by the ABI that the guest has chosen, the interrupt of a vCPU, and whoever waits in {@code
 * SCHEDOP_poll}.
 *
 * <p>A domain begins with the 2-level ABI; {@link #initControl} puts the FIFO ABI in its place, {@link #useTwoLevel} takes
 * it away. Both are under the lock of the domain's {@link DomainPorts}. Sending takes no lock, so an event may be set by the
 * ABI that is being left: a change publishes the new ABI and only then collects what is pending by the old one, and a sender
 * sets its event and only then looks whether the ABI is still the one. Both steps are full fences, so one of the two sees
 * the other.
 */
final class Delivery {

    /** Every vCPU. */
    static final int ALL = -1;

    private final TwoLevelBits bits;
    private final EventAbi twoLevel;
    private final int vcpus;
    private final Upcall upcall;
    private final EventWaiters waiters = new EventWaiters();
    private final AtomicLong received = new AtomicLong();
    private volatile EventAbi abi;
    private volatile @Nullable FifoQueues fifo; // the same as abi, where that is FIFO

    Delivery(MemorySegment sharedInfo, int vcpus, Upcall upcall, @Nullable KernelPorts kernel) {
        bits = new TwoLevelBits(sharedInfo, vcpus);
        twoLevel = kernel == null ? bits : new KernelBits(bits, kernel);
        this.vcpus = vcpus;
        this.upcall = upcall;
        abi = twoLevel;
    }

    EventAbi abi() {
        return abi;
    }

    TwoLevelBits bits() {
        return bits;
    }

    EventWaiters waiters() {
        return waiters;
    }

    /** How many events were made pending. */
    long received() {
        return received.get();
    }

    void setPending(int port, int vcpu) {
        received.getAndIncrement();
        EventAbi used = abi;
        boolean interrupt = used.setPending(port, vcpu);
        for (EventAbi now = abi; now != used; now = abi) {
            used = now;
            interrupt |= now.setPending(port, vcpu);
        }
        waiters.wake();
        if (interrupt) {
            upcall.interrupt(vcpu);
        }
    }

    void unmask(int port, int vcpu) {
        if (abi.unmask(port, vcpu)) {
            interrupt(vcpu);
        }
    }

    void interrupt(int vcpu) {
        waiters.wake();
        upcall.interrupt(vcpu);
    }

    /**
     * Tells vCPUs once more of the events that wait for them, since the place where they look has moved. Other than with
     * Xen, which tells every vCPU of every event, each is told of its own only: one that has not begun would not hear it, and
     * KVM says nothing twice.
     *
     * @param moved whose vcpu_info it was, or {@link #ALL}
     */
    void renew(int moved, PortTable ports) {
        if (abi != twoLevel) {
            if (moved != ALL && bits.isUpcallPending(moved)) {
                interrupt(moved);
            }
            return;
        }
        int limit = Math.min(ports.limit(), bits.portLimit());
        for (int port = 1; port < limit; port++) {
            Channel channel = ports.get(port);
            int vcpu = channel.vcpu();
            if (channel != Free.FREE && (moved == ALL || moved == vcpu) && bits.renew(port, vcpu)) {
                interrupt(vcpu);
            }
        }
    }

    /**
     * {@code EVTCHNOP_init_control}: where a vCPU's queues begin. The first such call changes to the FIFO ABI, with what is
     * bound and pending.
     */
    int initControl(int vcpu, MemorySegment block, PortTable ports) {
        FifoQueues current = fifo;
        if (current != null) {
            return current.setControlBlock(vcpu, block);
        }
        FifoQueues first = new FifoQueues(bits, vcpus);
        first.setControlBlock(vcpu, block);
        for (int port = 1; port < bits.portLimit(); port++) {
            if (ports.get(port) != Free.FREE) {
                first.bound(port);
            }
        }
        abi = first;
        for (int port = 1; port < bits.portLimit(); port++) {
            if (ports.get(port) != Free.FREE && bits.isPending(port)) {
                first.save(port);
                bits.clearPending(port);
            }
        }
        fifo = first;
        return 0;
    }

    /** {@code EVTCHNOP_expand_array}: a page more of words, and the events that waited for them. */
    int expandArray(MemorySegment page, PortTable ports) {
        FifoQueues current = fifo;
        if (current == null) {
            return -XenErrno.EOPNOTSUPP;
        }
        int first = current.addPage(page);
        for (int port = Math.max(first, 1); first >= 0 && port < first + FifoQueues.portsInPage(); port++) {
            Channel channel = ports.get(port);
            if (channel != Free.FREE && current.takeSaved(port)) {
                setPending(port, channel.vcpu());
            }
        }
        return Math.min(first, 0);
    }

    /** The guest has reset its channels: it begins anew, with the 2-level ABI. */
    void useTwoLevel() {
        abi = twoLevel;
        fifo = null;
    }

    /** Whether a frame of the guest's is in use here, so that it must not be taken away. */
    boolean occupies(MemorySegment frame) {
        FifoQueues current = fifo;
        return bits.occupies(frame) || (current != null && current.occupies(frame));
    }
}
