package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_unbound;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackendPortTest {

    private final EventFixture.Side side = new EventFixture().one;
    private final AtomicInteger rings = new AtomicInteger();
    private final int port = side.events.allocUnbound(0);

    @Test
    void eventsGoBothWays() {
        BackendPort backend = side.connect(port, rings::incrementAndGet);
        assertEquals(0, side.events.send(port));
        assertEquals(0, side.events.send(port));
        assertEquals(2, rings.get());
        backend.notifyGuest();
        assertEquals(List.of(port), side.guest.handleUpcall(0));
        assertEquals(List.of(0), side.interrupts());
    }

    @Test
    void onlyAPortThatWaitsForDomain0CanBeConnected() {
        assertNull(side.events.connect(side.events.allocUnbound(2), rings::incrementAndGet));
        assertNull(side.events.connect(side.events.bindIpi(0), rings::incrementAndGet));
        assertNull(side.events.connect(0, rings::incrementAndGet));
        assertNull(side.events.connect(-1, rings::incrementAndGet));
        assertNull(side.events.connect(4096, rings::incrementAndGet));
        assertNull(side.events.connect(77, rings::incrementAndGet));
        side.connect(port, rings::incrementAndGet);
        assertNull(side.events.connect(port, rings::incrementAndGet), "connected already");
    }

    @Test
    void whenTheBackEndClosesThePortWaitsForAnother() {
        BackendPort first = side.connect(port, rings::incrementAndGet);
        first.close();
        assertEquals(EVTCHNSTAT_unbound, side.events.status(port).status());
        assertEquals(0, side.events.send(port));
        assertEquals(0, rings.get());
        AtomicInteger others = new AtomicInteger();
        BackendPort second = side.connect(port, others::incrementAndGet);
        assertNotEquals(first.number(), second.number());
        first.notifyGuest();
        first.close();
        assertEquals(List.of(), side.interrupts(), "the first is past");
        side.events.send(port);
        assertEquals(1, others.get());
        second.notifyGuest();
        assertEquals(List.of(0), side.interrupts());
    }

    @Test
    void whenTheGuestClosesTheBackEndTalksToNobody() {
        BackendPort backend = side.connect(port, rings::incrementAndGet);
        side.events.close(port);
        backend.notifyGuest();
        assertEquals(port, side.events.bindIpi(0), "the port is another's now");
        backend.notifyGuest();
        backend.close();
        assertEquals(List.of(), side.interrupts());
        assertEquals(0, side.events.send(port), "and stays it");
        assertEquals(0, rings.get());
    }
}
