package dev.lodge.vmm.domain;

import dev.lodge.kvm.KvmXen;
import dev.lodge.kvm.KvmXenVm;
import dev.lodge.linux.EventFd;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.EventChannelAbi;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.KernelPorts;
import dev.lodge.vmm.hypercall.VcpuControl;
import dev.lodge.vmm.io.IoLoop;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Event channels as KVM handles them ({@code KVM_XEN_ATTR_TYPE_EVTCHN}, {@code KVM_XEN_HVM_EVTCHN_SEND}). Domain 0's ends
 * are eventfds. The loop of whoever is to hear of an event listens to its eventfd, so that no other thread has to be woken first.
 */
final class KernelEvents implements KernelPorts, AutoCloseable {

    private final KvmXenVm kvm;
    private final boolean canFlag;
    private final IoLoop loop;
    private final IntFunction<VcpuControl> vcpus;
    private final @Nullable Route[] routes = new Route[GuestWidth.BITS_64.ports()]; // under the ports' lock
    private volatile boolean placed;
    private volatile boolean closed;

    /** Where KVM takes the guest's sends on a port. */
    private sealed interface Route {}

    private record ToPort(int target, int vcpu, boolean ipi) implements Route {}

    private record ToBell(BackendPort backend, EventFd bell, IoLoop listener, IoLoop.Watch watch) implements Route {}

    KernelEvents(KvmXenVm kvm, boolean canFlag, IoLoop loop, IntFunction<VcpuControl> vcpus) {
        this.kvm = kvm;
        this.canFlag = canFlag;
        this.loop = loop;
        this.vcpus = vcpus;
    }

    /** The guest has placed shared_info: KVM keeps the ports' bits there, and its wall clock. */
    void sharedInfoAt(FrameNumber frame) {
        kvm.setSharedInfo(frame.value());
        placed = true;
    }

    /** Has KVM flag runstate records while it changes them; false where it cannot (before Linux 6.2). */
    boolean flagRunstates(boolean flagged) {
        if (!canFlag) {
            return false;
        }
        kvm.setRunstateUpdateFlag(flagged);
        return true;
    }

    /** The guest shares structures of this width. KVM writes the wall clock anew whenever it is told so. */
    void setWidth(GuestWidth width) {
        kvm.setLongMode(width == GuestWidth.BITS_64);
    }

    @Override
    public void sendsTo(int port, int target, int vcpu, boolean ipi) {
        Route old = routes[port];
        var route = new ToPort(target, vcpu, ipi);
        if (closed || route.equals(old)) {
            return;
        }
        boolean moves = old instanceof ToPort before && before.target() == target && before.ipi() == ipi;
        if (!moves) {
            forget(port);
        }
        int type = ipi ? EventChannelAbi.EVTCHNSTAT_ipi : EventChannelAbi.EVTCHNSTAT_interdomain;
        kvm.assignEvtchnToPort(port, type, target, vcpu, moves ? KvmXen.KVM_XEN_EVTCHN_UPDATE : 0);
        routes[port] = route;
    }

    @Override
    public void rings(int port, BackendPort backend) {
        if (closed || (routes[port] instanceof ToBell before && before.backend() == backend)) {
            return;
        }
        forget(port);
        EventFd bell = EventFd.create();
        IoLoop listener = backend.doorbell() instanceof IoLoop.Bell itsOwn ? itsOwn.loop() : loop;
        IoLoop.Watch watch = listener.onRing(bell.fd(), backend::ring);
        kvm.assignEvtchnToEventFd(port, EventChannelAbi.EVTCHNSTAT_interdomain, bell.fd());
        routes[port] = new ToBell(backend, bell, listener, watch);
    }

    @Override
    public void forget(int port) {
        Route route = port < routes.length ? routes[port] : null;
        if (route == null || closed) {
            return;
        }
        routes[port] = null;
        kvm.deassignEvtchn(port);
        if (route instanceof ToBell ringing) {
            ringing.listener().remove(ringing.watch());
            ringing.bell().close();
        }
    }

    @Override
    public void timerBound(int vcpu, int port) {
        if (!closed) {
            vcpus.apply(vcpu).upkeep().timerBound(port);
        }
    }

    @Override
    public boolean raise(int port, int vcpu) {
        if (!placed || closed) {
            return false;
        }
        kvm.evtchnSend(port, vcpu);
        return true;
    }

    /** KVM is about to forget all by itself. After the vCPUs' threads and the loop have ended. */
    @Override
    public void close() {
        closed = true;
        for (Route route : routes) {
            if (route instanceof ToBell ringing) {
                ringing.bell().close();
            }
        }
    }
}
