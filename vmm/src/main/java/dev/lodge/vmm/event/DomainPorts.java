package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.XenErrno.ENOSPC;

import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.event.Channel.Free;
import dev.lodge.vmm.event.Channel.Interdomain;
import dev.lodge.vmm.event.Channel.Ipi;
import dev.lodge.vmm.event.Channel.ToDomainZero;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A domain's ports and all that has to agree with what they are: how events reach the guest, which interrupts are bound, and
 * what KVM has been told.
 *
 * <p>Its lock, {@code synchronized} on it, guards changes; {@link EventChannels} tells the order of locks. A port's state is
 * read by any thread.
 */
final class DomainPorts {

    private final int domid;
    private final int vcpus;
    private final @Nullable KernelPorts kernel;
    private final Delivery delivery;
    private final BoundInterrupts interrupts;
    private final PortTable table = new PortTable();
    private boolean destroyed;

    /** The ports of a new domain, all free; for the arguments see {@link EventChannels}. */
    DomainPorts(int domid, int vcpus, MemorySegment sharedInfo, Upcall upcall, @Nullable KernelPorts kernel) {
        this.domid = domid;
        this.vcpus = vcpus;
        this.kernel = kernel;
        delivery = new Delivery(sharedInfo, vcpus, upcall, kernel);
        interrupts = new BoundInterrupts(vcpus);
    }

    int domid() {
        return domid;
    }

    boolean isVcpu(int vcpu) {
        return vcpu >= 0 && vcpu < vcpus;
    }

    Delivery delivery() {
        return delivery;
    }

    BoundInterrupts interrupts() {
        return interrupts;
    }

    PortTable table() {
        return table;
    }

    /** What a port is; free, too, where the number is none that a port could have. */
    Channel get(int port) {
        return table.get(port);
    }

    /** Whether a number may name a port: 1 to the ABI's last. */
    boolean isPort(int port) {
        return port > 0 && port < delivery.abi().portLimit();
    }

    /** Of two domains' ports those whose lock is taken first. */
    DomainPorts firstToLock(DomainPorts other) {
        return other.domid < domid ? other : this;
    }

    /** Under the lock. */
    boolean hasFree() {
        return table.findFree(delivery.abi()) != 0;
    }

    /** Makes the first free port what is given; the port, or {@code -ENOSPC}. Under the lock. */
    int allocate(Channel channel) {
        int port = table.findFree(delivery.abi());
        if (port == 0) {
            return -ENOSPC;
        }
        delivery.abi().bound(port);
        set(port, channel);
        return port;
    }

    /** Frees a port that is bound. Under the lock. */
    void free(int port) {
        Channel channel = table.get(port);
        interrupts.unbind(channel);
        if (kernel != null && isTimer(channel)) {
            kernel.timerBound(channel.vcpu(), 0);
        }
        delivery.abi().clearPending(port);
        set(port, Free.FREE);
    }

    /** The one place where a port changes. Under the lock. */
    void set(int port, Channel channel) {
        table.set(port, channel);
        if (kernel != null) {
            tell(kernel, port, channel);
        }
    }

    private void tell(KernelPorts kernel, int port, Channel channel) {
        if (channel instanceof Ipi ipi) {
            kernel.sendsTo(port, port, ipi.vcpu(), true);
        } else if (channel instanceof ToDomainZero connected) {
            kernel.rings(port, connected.backend());
        } else if (channel instanceof Interdomain local && local.remote() == this) {
            kernel.sendsTo(local.remotePort(), port, local.vcpu(), false);
        } else {
            kernel.forget(port);
        }
        if (isTimer(channel)) {
            kernel.timerBound(channel.vcpu(), port);
        }
    }

    private static boolean isTimer(Channel channel) {
        return channel instanceof Channel.Virq virq && virq.virq() == Virq.VIRQ_TIMER;
    }

    /** An event from another domain, if that is still at the other end. */
    synchronized void receive(int port, DomainPorts sender) {
        if (!destroyed && get(port) instanceof Interdomain channel && channel.remote() == sender) {
            delivery.setPending(port, channel.vcpu());
        }
    }

    /** The guest's memory is about to go: nothing that comes from others may be made pending any more. */
    synchronized void destroy() {
        destroyed = true;
    }
}
