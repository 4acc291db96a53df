package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.GuestWidth;
import java.lang.foreign.MemorySegment;

/**
 * Where in its memory a guest sees its events: in shared_info, in each vCPU's vcpu_info, and, with the FIFO ABI, in its pages
 * of queues. Any thread; for the order of locks see {@link EventChannels}.
 */
public final class EventPlaces {

    private final DomainPorts ports;
    private final Delivery delivery;

    EventPlaces(DomainPorts ports) {
        this.ports = ports;
        delivery = ports.delivery();
    }

    /**
     * Puts shared_info where the guest wants it, with all that it held.
     *
     * @param tellKernel told between the two steps: what comes after it goes to the new place, and what came before is found
     */
    public void placeSharedInfo(MemorySegment frame, Runnable tellKernel) {
        synchronized (ports) {
            MemorySegment left = delivery.bits().moveSharedInfo(frame);
            tellKernel.run();
            delivery.bits().collectPending(left);
            delivery.renew(Delivery.ALL, ports.table());
        }
    }

    /** How wide the structures are in which the guest looks for its events; 64 bits until it says otherwise. */
    public GuestWidth width() {
        return delivery.bits().width();
    }

    /**
     * The guest looks for its events where one of this width does.
     *
     * @param tellKernel told meanwhile
     */
    public void setWidth(GuestWidth width, Runnable tellKernel) {
        synchronized (ports) {
            delivery.bits().setWidth(width);
            tellKernel.run();
            delivery.renew(Delivery.ALL, ports.table());
        }
    }

    /** Puts a vCPU's vcpu_info where the guest wants it, with all that it held; see {@link #placeSharedInfo}. */
    public void placeVcpuInfo(int vcpu, MemorySegment place, Runnable tellKernel) {
        synchronized (ports) {
            delivery.bits().moveVcpuInfo(vcpu, place);
            tellKernel.run();
            delivery.renew(vcpu, ports.table());
        }
    }

    /** As {@link #placeVcpuInfo}; false, and nothing is done, if the guest has placed it before. */
    public boolean placeVcpuInfoOnce(int vcpu, MemorySegment place, Runnable tellKernel) {
        synchronized (ports) {
            if (isVcpuInfoPlaced(vcpu)) {
                return false;
            }
            placeVcpuInfo(vcpu, place, tellKernel);
            return true;
        }
    }

    /** Whether the guest has placed a vCPU's vcpu_info; it lies in shared_info else, or is of no account. */
    public boolean isVcpuInfoPlaced(int vcpu) {
        synchronized (ports) {
            return delivery.bits().isPlaced(vcpu);
        }
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
    public boolean occupies(MemorySegment frame) {
        synchronized (ports) {
            return delivery.occupies(frame);
        }
    }
}
