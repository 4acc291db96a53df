package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_NR_CHANNELS;
import static dev.lodge.vmm.abi.XenErrno.EACCES;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.Virq;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a guest changes from the 2-level ABI to FIFO and back: {@code EVTCHNOP_init_control, expand_array, reset}. */
class ChoiceOfAbiTest {

    private final EventFixture.Side side = new EventFixture().one;
    private final EventChannels events = side.events;
    private final FakeFifoGuest fifo = side.fifo;

    @Test
    void theFirstControlBlockChangesTheAbi() {
        assertFalse(events.isFifo());
        assertEquals(-EOPNOTSUPP, events.expandArray(FakeGuest.frame()));
        assertEquals(0, events.initControl(1, fifo.control(1)));
        assertTrue(events.isFifo());
        assertEquals(-EINVAL, events.initControl(1, fifo.control(1)), "once only");
        assertEquals(0, events.initControl(0, fifo.control(0)));
        assertEquals(-ENOENT, events.initControl(2, fifo.control(0)));
        assertEquals(-ENOENT, events.initControl(-1, fifo.control(0)));
    }

    @Test
    void whatIsBoundAndPendingGoesAlong() {
        int quiet = events.bindIpi(0);
        int pending = events.bindIpi(1);
        events.send(pending);
        side.interrupts();
        fifo.begin(events);
        assertEquals(List.of(1), side.interrupts());
        assertEquals(List.of(pending), fifo.handleUpcall(1));
        events.send(quiet);
        assertEquals(1 << 7, fifo.ready(0), "with the default priority");
        assertEquals(List.of(quiet), fifo.handleUpcall(0));
        assertFalse(side.guest.isPending(quiet));
    }

    @Test
    void anEventForAVcpuWithoutAControlBlockIsLostToIt() {
        events.initControl(0, fifo.control(0));
        fifo.expand(events);
        int port = events.bindIpi(1);
        assertEquals(0, events.send(port));
        assertEquals(List.of(), side.interrupts());
        events.initControl(1, fifo.control(1));
        events.send(port);
        assertEquals(List.of(port), fifo.handleUpcall(1));
    }

    @Test
    void resetGoesBackToTheFirstAbi() {
        fifo.begin(events);
        int port = events.bindIpi(0);
        events.send(port);
        assertEquals(0, events.reset());
        assertFalse(events.isFifo());
        side.guest.handleUpcall(0);
        assertEquals(1, events.bindIpi(0));
        events.send(1);
        assertEquals(List.of(1), side.guest.handleUpcall(0));
        FakeFifoGuest again = new FakeFifoGuest(events.places().sharedInfo(), 2);
        again.begin(events);
        events.send(1);
        assertEquals(List.of(1), again.handleUpcall(0), "and forth");
    }

    @Test
    void prioritiesAreOfTheFifoAbi() {
        int port = events.bindVirq(Virq.VIRQ_TIMER, 0);
        assertEquals(-ENOSYS, events.setPriority(port, 0));
        fifo.begin(events);
        assertEquals(0, events.setPriority(port, 0));
        assertEquals(0, events.setPriority(port, 15));
        for (int bad : new int[] {16, -1, Integer.MIN_VALUE}) {
            assertEquals(-EINVAL, events.setPriority(port, bad));
        }
        assertEquals(-EACCES, events.setPriority(port + 1, 0), "not bound");
        for (int bad : new int[] {0, -1, EVTCHN_FIFO_NR_CHANNELS, Integer.MAX_VALUE}) {
            assertEquals(-EINVAL, events.setPriority(bad, 0));
        }
    }

    @Test
    void theArrayHas128PagesAndThePortsEndWithIt() {
        fifo.begin(events);
        for (int page = 1; page < 128; page++) {
            fifo.expand(events);
        }
        assertEquals(-ENOSPC, events.expandArray(FakeGuest.frame()));
        for (int port = 1; port < EVTCHN_FIFO_NR_CHANNELS; port++) {
            if (events.bindIpi(0) != port) {
                throw new AssertionError("port " + port);
            }
        }
        assertEquals(-ENOSPC, events.bindIpi(0));
        int last = EVTCHN_FIFO_NR_CHANNELS - 1;
        events.send(last);
        events.send(5000);
        assertEquals(List.of(last, 5000), fifo.handleUpcall(0));
        assertEquals(0, events.reset());
        assertEquals(-EINVAL, events.send(last));
        assertEquals(1, events.bindIpi(0));
    }

    @Test
    void whereKvmDeliversEventsFifoIsNotOffered() {
        List<Integer> interrupts = new ArrayList<>();
        EventChannels only =
                new EventChannels(1, 1, FakeGuest.frame(), interrupts::add, number -> null, new FakeKernel());
        assertEquals(-ENOSYS, only.initControl(0, fifo.control(0)));
        assertEquals(-ENOSYS, only.expandArray(FakeGuest.frame()));
        assertEquals(-ENOSYS, only.setPriority(only.bindIpi(0), 1));
        only.send(1);
        assertEquals(List.of(0), interrupts);
    }

    @Test
    void framesInUseAreKnown() {
        MemorySegment place = FakeGuest.frame();
        assertFalse(events.places().occupies(place));
        events.places().placeSharedInfo(place, () -> {});
        assertTrue(events.places().occupies(place));
        MemorySegment infos = FakeGuest.frame();
        events.places().placeVcpuInfo(1, infos.asSlice(4032, 64), () -> {});
        assertTrue(events.places().occupies(infos));
        MemorySegment control = FakeGuest.frame();
        events.initControl(0, control.asSlice(4024, 72));
        assertTrue(events.places().occupies(control));
        MemorySegment page = FakeGuest.frame();
        assertFalse(events.places().occupies(page));
        events.expandArray(page);
        assertTrue(events.places().occupies(page));
        events.reset();
        assertFalse(events.places().occupies(page));
        assertFalse(events.places().occupies(control));
        assertTrue(events.places().occupies(place));
    }
}
