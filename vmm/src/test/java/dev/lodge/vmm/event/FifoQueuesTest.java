package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_PRIORITY_DEFAULT;
import static dev.lodge.vmm.event.FakeFifoGuest.LINKED;
import static dev.lodge.vmm.event.FakeFifoGuest.LINK_MASK;
import static dev.lodge.vmm.event.FakeFifoGuest.PENDING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conformance to the FIFO ABI as Xen's {@code common/event_fifo.c} and its design document have it. */
class FifoQueuesTest {

    private final EventFixture.Side side = new EventFixture().one;
    private final EventChannels events = side.events;
    private final FakeFifoGuest guest = side.fifo;
    private int port;
    private int other;

    @BeforeEach
    void chooseTheFifoAbi() {
        guest.begin(events);
        port = events.bindIpi(0);
        other = events.bindIpi(0);
    }

    @Test
    void theFirstEventIsTheHeadOfItsQueue() {
        events.send(port);
        assertEquals(PENDING | LINKED, guest.word(port));
        assertEquals(port, guest.head(0, EVTCHN_FIFO_PRIORITY_DEFAULT));
        assertEquals(1 << EVTCHN_FIFO_PRIORITY_DEFAULT, guest.ready(0));
        assertTrue(guest.isTold(0));
        assertFalse(guest.isTold(1));
        assertEquals(List.of(0), side.interrupts());
        assertEquals(List.of(port), guest.handleUpcall(0));
        assertEquals(0, guest.word(port));
    }

    @Test
    void theNextOnesAreLinkedBehindAndComeInOrder() {
        int third = events.bindIpi(0);
        events.send(other);
        events.send(third);
        events.send(port);
        assertEquals(PENDING | LINKED | third, guest.word(other));
        assertEquals(PENDING | LINKED | port, guest.word(third));
        assertEquals(PENDING | LINKED, guest.word(port));
        assertEquals(List.of(0, 0, 0), side.interrupts(), "each, since an interrupt may have been dropped");
        assertEquals(List.of(other, third, port), guest.handleUpcall(0));
        events.send(port);
        assertEquals(List.of(port), guest.handleUpcall(0), "and the queue begins anew");
    }

    @Test
    void anEventThatIsPendingAlreadyInterruptsNobody() {
        events.send(port);
        side.interrupts();
        events.send(port);
        assertEquals(List.of(), side.interrupts());
        assertEquals(List.of(port), guest.handleUpcall(0), "two became one");
    }

    @Test
    void aMaskedPortIsPendingButOnNoQueue() {
        guest.mask(port);
        events.send(port);
        assertTrue(events.isPending(port));
        assertEquals(0, guest.word(port) & LINKED);
        assertEquals(List.of(), side.interrupts());
        guest.unmask(events, port);
        assertEquals(List.of(0), side.interrupts());
        assertEquals(List.of(port), guest.handleUpcall(0));
    }

    @Test
    void unmaskingWhereNothingIsPendingDeliversNothing() {
        guest.mask(port);
        assertEquals(0, events.unmask(port));
        assertEquals(0, guest.word(port));
        assertEquals(List.of(), side.interrupts());
    }

    @Test
    void theHigherPriorityComesFirst() {
        assertEquals(0, events.setPriority(other, 0));
        events.send(port);
        events.send(other);
        assertEquals(1 << EVTCHN_FIFO_PRIORITY_DEFAULT | 1, guest.ready(0));
        assertEquals(List.of(other, port), guest.handleUpcall(0));
    }

    @Test
    void aPortChangesItsQueueWithItsNextEvent() {
        events.send(port);
        assertEquals(0, events.setPriority(port, 3));
        assertEquals(port, guest.head(0, EVTCHN_FIFO_PRIORITY_DEFAULT), "where it is linked it stays");
        assertEquals(List.of(port), guest.handleUpcall(0));
        events.send(port);
        assertEquals(port, guest.head(0, 3));
        events.send(other);
        assertEquals(PENDING | LINKED, guest.word(port), "the old queue's tail was forgotten");
        assertEquals(other, guest.head(0, EVTCHN_FIFO_PRIORITY_DEFAULT));
        assertEquals(List.of(port, other), guest.handleUpcall(0));
    }

    @Test
    void aPortMovesToAnotherVcpusQueue() {
        int moving = events.allocUnbound(0);
        BackendPort backend = side.connect(moving, () -> {});
        backend.notifyGuest();
        assertEquals(List.of(moving), guest.handleUpcall(0));
        events.bindVcpu(moving, 1);
        side.interrupts();
        backend.notifyGuest();
        assertEquals(List.of(1), side.interrupts());
        assertEquals(List.of(), guest.handleUpcall(0));
        assertEquals(List.of(moving), guest.handleUpcall(1));
        events.bindVcpu(moving, 0);
        backend.notifyGuest();
        events.send(port);
        assertEquals(List.of(moving, port), guest.handleUpcall(0));
    }

    @Test
    void eventsForPortsWithoutAWordWaitForTheirPage() {
        int far = 0;
        while (far < 1500) {
            far = events.bindIpi(0);
        }
        events.send(far);
        assertFalse(events.isPending(far));
        assertEquals(0, events.unmask(far));
        assertEquals(List.of(), side.interrupts());
        guest.expand(events);
        assertTrue(events.isPending(far));
        assertEquals(List.of(0), side.interrupts());
        assertEquals(List.of(far), guest.handleUpcall(0));
    }

    @Test
    void aClosedPortIsNotGivenOutWhileTheGuestHasItLinked() {
        events.send(port);
        assertEquals(0, events.close(port));
        assertEquals(LINKED, guest.word(port), "no longer pending");
        int next = events.bindIpi(0);
        assertTrue(next > other);
        assertEquals(List.of(), guest.handleUpcall(0));
        assertEquals(port, events.bindIpi(0));
    }

    @Test
    void aPortBeginsWithTheDefaultPriorityAgain() {
        events.setPriority(port, 1);
        events.close(port);
        assertEquals(port, events.bindIpi(0));
        events.send(port);
        assertEquals(1 << EVTCHN_FIFO_PRIORITY_DEFAULT, guest.ready(0));
    }

    /** Words and heads of any value: nobody else notices, nothing is thrown, and a sane word works again. */
    @Test
    void aGuestThatSpoilsItsWordsHarmsOnlyItself() {
        Random random = new Random(7);
        int[] ports = new int[40];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = events.bindIpi(i & 1);
        }
        for (int round = 0; round < 200_000; round++) {
            int each = ports[random.nextInt(ports.length)];
            switch (random.nextInt(5)) {
                case 0 -> guest.setWord(each, random.nextInt());
                case 1 -> guest.setWord(each, LINKED | each);
                case 2 -> events.setPriority(each, random.nextInt(16));
                case 3 -> events.unmask(each);
                default -> events.send(each);
            }
        }
        for (int each = 0; each < 1024; each++) {
            guest.setWord(each, 0);
        }
        for (int vcpu = 0; vcpu < 2; vcpu++) {
            for (int priority = 0; priority < 16; priority++) {
                assertTrue(guest.head(vcpu, priority) <= LINK_MASK);
            }
        }
        events.send(port);
        assertEquals(PENDING | LINKED, guest.word(port));
    }
}
