package dev.lodge.vmm.domain;

import dev.lodge.linux.Clock;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.event.EventPlaces;
import org.jspecify.annotations.Nullable;

/**
 * A domain's shared_info, with the clocks in it: where the guest wants it, and how wide. {@link EventPlaces} keeps both, with the
 * events' bits; KVM, where it knows Xen, is told of both. Any thread.
 */
final class SharedInfoPage {

    private final Hardware hardware;
    private final EventChannels events;
    private final EventPlaces places;
    private final @Nullable KernelEvents kernel;

    /** @param kernel null where KVM does not know Xen */
    SharedInfoPage(Hardware hardware, EventChannels events, @Nullable KernelEvents kernel) {
        this.hardware = hardware;
        this.events = events;
        places = events.places();
        this.kernel = kernel;
    }

    /** Writes the clocks of a domain that has not run, into a page that KVM does not know yet. */
    void setClocks() {
        publishWallClock();
        for (int vcpu = 0; vcpu < hardware.vcpus().size(); vcpu++) {
            hardware.time().publish(places.vcpuInfo(vcpu));
        }
    }

    /**
     * Has the guest see the host's time of day, which is another than it was. System time goes on. One at a time, so that the last
     * width that KVM is told of is the last that there was.
     */
    synchronized void renewWallClock() {
        if (kernel == null) {
            publishWallClock();
        } else {
            kernel.setWidth(width());
        }
    }

    private void publishWallClock() {
        hardware.time().publishWallClock(places.sharedInfo(), width(), Clock.realtimeNanos());
    }

    /** See {@link dev.lodge.vmm.hypercall.GuestDomain#width}. */
    GuestWidth width() {
        return places.width();
    }

    /** See {@link dev.lodge.vmm.hypercall.GuestDomain#setWidth}. The wall clock stands elsewhere then, too. */
    void setWidth(GuestWidth guest) {
        if (width() != guest) {
            places.setWidth(guest, this::renewWallClock);
        }
    }

    /** Moves it to a frame of the guest's, with all it holds. */
    void place(FrameNumber frame) {
        places.placeSharedInfo(hardware.ram().frame(frame), () -> {
            if (kernel != null) {
                kernel.sharedInfoAt(frame);
                hardware.vcpus().placeInfos(frame, events);
            }
        });
    }
}
