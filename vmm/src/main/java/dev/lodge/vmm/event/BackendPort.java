package dev.lodge.vmm.event;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port of Domain 0, connected to a guest's port: a back end's end of an event channel.
 *
 * <p>Any thread may use it. Closing either end ends it; what is sent after that goes nowhere.
 */
public final class BackendPort implements Doorbell {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final EventChannels guest;
    private final int guestPort;
    private final Doorbell doorbell;
    private final int number = NUMBERS.incrementAndGet();

    BackendPort(EventChannels guest, int guestPort, Doorbell doorbell) {
        this.guest = guest;
        this.guestPort = guestPort;
        this.doorbell = doorbell;
    }

    /** What {@link #ring} rings. */
    public Doorbell doorbell() {
        return doorbell;
    }

    /** Sends an event to the guest: {@code EVTCHNOP_send} of Domain 0. */
    public void notifyGuest() {
        guest.sendFromDomainZero(this);
    }

    /** Closes this end; the guest's port waits for another back end. */
    public void close() {
        guest.disconnect(this);
    }

    /** The number of the port in Domain 0, which the guest can ask for by {@code EVTCHNOP_status}. */
    public int number() {
        return number;
    }

    int guestPort() {
        return guestPort;
    }

    /** The guest has sent an event: to be called by whoever receives it for Domain 0. */
    @Override
    public void ring() {
        guest.countSent();
        doorbell.ring();
    }
}
