package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conformance to the 2-level ABI as Xen's {@code common/event_2l.c} has it. */
class PendingAndMaskTest {

    private final EventFixture.Side side = new EventFixture().one;
    private final int port = side.events.bindIpi(0);

    @Test
    void anEventSetsItsBitItsWordAndTheFlag() {
        int far = 0;
        while (far < 1000) {
            far = side.events.bindIpi(1);
        }
        side.events.send(far);
        assertTrue(side.guest.isPending(1000));
        assertEquals(1L << 1000 / 64, side.guest.selector(1));
        assertTrue(side.guest.isTold(1));
        assertTrue(side.events.isUpcallPending(1));
        assertFalse(side.guest.isTold(0));
        assertEquals(List.of(1), side.interrupts());
    }

    @Test
    void anEventThatIsPendingAlreadyInterruptsNobody() {
        side.events.send(port);
        side.interrupts();
        side.events.send(port);
        assertEquals(List.of(), side.interrupts());
        assertEquals(List.of(port), side.guest.handleUpcall(0), "two became one");
    }

    @Test
    void everyFreshEventInterruptsSinceTheOneBeforeMayHaveBeenDropped() {
        int other = side.events.bindIpi(0);
        side.events.send(port);
        side.events.send(other);
        assertEquals(List.of(0, 0), side.interrupts());
        assertEquals(List.of(port, other), side.guest.handleUpcall(0));
        side.events.send(other);
        assertEquals(List.of(0), side.interrupts());
    }

    @Test
    void aMaskedPortIsPendingButInterruptsNobody() {
        side.guest.mask(port);
        side.events.send(port);
        assertEquals(List.of(), side.interrupts());
        assertTrue(side.events.isPending(port));
        assertFalse(side.guest.isTold(0));
        assertEquals(0, side.guest.selector(0));
    }

    @Test
    void unmaskingDeliversWhatIsPending() {
        side.guest.mask(port);
        side.events.send(port);
        assertEquals(0, side.events.unmask(port));
        assertEquals(List.of(0), side.interrupts());
        assertFalse(side.guest.isMasked(port));
        assertEquals(List.of(port), side.guest.handleUpcall(0));
    }

    @Test
    void unmaskingDeliversNothingWhereNothingIsPending() {
        side.guest.mask(port);
        assertEquals(0, side.events.unmask(port));
        assertEquals(List.of(), side.interrupts());
        assertFalse(side.guest.isMasked(port));
    }

    @Test
    void unmaskingWhatIsNotMaskedDeliversNothingAgain() {
        side.events.send(port);
        side.interrupts();
        assertEquals(0, side.events.unmask(port));
        assertEquals(List.of(), side.interrupts());
    }

    @Test
    void unmaskingDeliversToTheVcpuThatThePortBelongsToNow() {
        int waiting = side.events.allocUnbound(0);
        BackendPort backend = side.connect(waiting, () -> {});
        side.guest.mask(waiting);
        backend.notifyGuest();
        side.events.bindVcpu(waiting, 1);
        side.events.unmask(waiting);
        assertEquals(List.of(1), side.interrupts());
        assertEquals(List.of(waiting), side.guest.handleUpcall(1));
    }

    @Test
    void sharedInfoMovesWithAllThatIsPending() {
        int masked = side.events.bindIpi(0);
        side.guest.mask(masked);
        side.events.send(port);
        side.events.send(masked);
        side.interrupts();
        MemorySegment place = FakeGuest.frame().fill((byte) 0xaa);
        side.events.places().placeSharedInfo(place, () -> {});
        side.guest.useSharedInfo(place);
        assertEquals(place.address(), side.events.places().sharedInfo().address());
        assertTrue(side.guest.isMasked(masked));
        assertTrue(side.guest.isPending(masked));
        assertEquals(List.of(0), side.interrupts(), "whose event it is");
        assertEquals(List.of(port), side.guest.handleUpcall(0));
        side.events.send(port);
        assertEquals(List.of(port), side.guest.handleUpcall(0), "and goes on there");
    }

    @Test
    void sharedInfoMovesQuietlyWhereNothingIsPending() {
        MemorySegment place = FakeGuest.frame();
        side.events.places().placeSharedInfo(place, () -> {});
        side.events.places().placeSharedInfo(place, () -> {});
        side.guest.useSharedInfo(place);
        assertEquals(List.of(), side.interrupts());
        assertEquals(0, side.guest.selector(0));
    }

    @Test
    void vcpuInfoMovesWithAllThatIsPending() {
        side.events.send(port);
        side.interrupts();
        assertFalse(side.events.places().isVcpuInfoPlaced(0));
        MemorySegment place = FakeGuest.frame().asSlice(128, VcpuInfo.SIZE);
        side.events.places().placeVcpuInfo(0, place, () -> {});
        side.guest.useVcpuInfo(0, place);
        assertTrue(side.events.places().isVcpuInfoPlaced(0));
        assertFalse(side.events.places().isVcpuInfoPlaced(1));
        assertEquals(List.of(0), side.interrupts());
        assertEquals(List.of(port), side.guest.handleUpcall(0));
        side.events.send(port);
        assertEquals(List.of(0), side.interrupts());
        assertEquals(List.of(port), side.guest.handleUpcall(0), "and goes on there");
    }

    @Test
    void whatWasMaskedWhenVcpuInfoMovedIsNoNews() {
        side.guest.mask(port);
        side.events.send(port);
        side.events.places().placeVcpuInfo(0, FakeGuest.frame().asSlice(0, VcpuInfo.SIZE), () -> {});
        assertEquals(List.of(), side.interrupts());
    }

    @Test
    void aVcpuInfoOfItsOwnStaysWhereItIsWhenSharedInfoMoves() {
        MemorySegment own = FakeGuest.frame().asSlice(64, VcpuInfo.SIZE);
        side.events.places().placeVcpuInfo(0, own, () -> {});
        MemorySegment place = FakeGuest.frame();
        side.events.places().placeSharedInfo(place, () -> {});
        assertEquals(own.address(), side.events.places().vcpuInfo(0).address());
        assertEquals(
                place.address() + VcpuInfo.SIZE,
                side.events.places().vcpuInfo(1).address());
    }

    @Test
    void aVcpuInfoRegisteredWithinSharedInfoCountsAsRegistered() {
        MemorySegment inside = side.events.places().sharedInfo().asSlice(5 * VcpuInfo.SIZE, VcpuInfo.SIZE);
        side.events.places().placeVcpuInfo(0, inside, () -> {});
        side.events.places().placeSharedInfo(FakeGuest.frame(), () -> {});
        assertTrue(side.events.places().isVcpuInfoPlaced(0));
        assertEquals(inside.address(), side.events.places().vcpuInfo(0).address());
    }

    @Test
    void aVcpuBeyondTheThirtyTwoThatFitDisturbsNoOther() {
        List<Integer> interrupts = new ArrayList<>();
        MemorySegment shared = FakeGuest.frame();
        EventChannels events = new EventChannels(3, 64, shared, interrupts::add, number -> null);
        FakeGuest guest = new FakeGuest(shared, 64);
        int forLast = events.bindIpi(63);
        int for31 = events.bindIpi(31);
        events.send(forLast);
        assertFalse(guest.isTold(31));
        events.send(for31);
        assertEquals(List.of(63, 31), interrupts);
        assertEquals(List.of(forLast, for31), guest.handleUpcall(31), "the fake takes all of a word");

        events.send(forLast);
        MemorySegment place = FakeGuest.frame().asSlice(0, VcpuInfo.SIZE);
        events.places().placeVcpuInfo(63, place, () -> {});
        guest.useVcpuInfo(63, place);
        assertEquals(List.of(forLast), guest.handleUpcall(63), "and finds its events once it has its own");
    }
}
