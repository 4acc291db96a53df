package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.Virq;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a kernel that delivers events by itself is told. */
class KernelPortsTest {

    private final FakeKernel kernel = new FakeKernel();
    private final List<Integer> interrupts = new ArrayList<>();
    private final MemorySegment shared = FakeGuest.frame();
    private final FakeGuest guest = new FakeGuest(shared, 2);
    private final EventChannels events = new EventChannels(1, 2, shared, interrupts::add, number -> null, kernel);

    @Test
    void anIpiIsItsOwnTarget() {
        int port = events.bindIpi(1);
        assertEquals(List.of("ipi " + port + " to " + port + " on vCPU 1"), kernel.calls());
        events.close(port);
        assertEquals(List.of("forget " + port), kernel.calls());
    }

    @Test
    void aChannelWithinTheDomainHasTwoWaysWhichFollowTheVcpusOfTheirTargets() {
        int first = events.allocUnbound(1);
        assertEquals(List.of("forget " + first), kernel.calls());
        int second = events.bindInterdomain(1, first);
        assertEquals(
                List.of(first + " to " + second + " on vCPU 0", second + " to " + first + " on vCPU 0"),
                kernel.calls());
        events.bindVcpu(second, 1);
        assertEquals(List.of(first + " to " + second + " on vCPU 1"), kernel.calls());
        events.close(second);
        assertEquals(List.of("forget " + first, "forget " + second), kernel.calls());
    }

    @Test
    void whatDomainZeroListensToRingsAndIsCounted() {
        int port = events.allocUnbound(0);
        List<String> rings = new ArrayList<>();
        BackendPort backend = events.connect(port, () -> rings.add("rung"));
        assertNotNull(backend);
        assertTrue(kernel.calls().contains(port + " rings"));
        backend.ring();
        assertEquals(List.of("rung"), rings);
        assertEquals(1, events.sent());
        backend.close();
        assertEquals(List.of("forget " + port), kernel.calls());
    }

    @Test
    void theKernelRunsATimerThatIsBoundAndNoOther() {
        int port = events.bindVirq(Virq.VIRQ_TIMER, 1);
        assertEquals(List.of("forget " + port, "timer of vCPU 1: " + port), kernel.calls());
        events.bindVirq(Virq.VIRQ_DEBUG, 1);
        assertEquals(1, kernel.calls().size());
        events.close(port);
        assertEquals(List.of("timer of vCPU 1: 0", "forget " + port), kernel.calls());
    }

    @Test
    void beforeTheKernelKnowsWhereTheBitsAreTheyAreSetHere() {
        int port = events.bindVirq(Virq.VIRQ_DEBUG, 0);
        events.raiseVirq(Virq.VIRQ_DEBUG, 0);
        assertEquals(List.of(0), interrupts);
        assertEquals(List.of(port), guest.handleUpcall(0));
    }

    @Test
    void thenTheKernelSetsThemAndInterrupts() {
        int port = events.bindVirq(Virq.VIRQ_DEBUG, 0);
        kernel.mayRaise = true;
        kernel.calls();
        events.raiseVirq(Virq.VIRQ_DEBUG, 0);
        assertEquals(List.of("raise " + port + " on vCPU 0"), kernel.calls());
        assertEquals(List.of(), interrupts);
    }

    @Test
    void aPortThatIsPendingNeedsNoCall() {
        int port = events.bindVirq(Virq.VIRQ_DEBUG, 0);
        guest.mask(port);
        events.raiseVirq(Virq.VIRQ_DEBUG, 0);
        kernel.mayRaise = true;
        kernel.calls();
        events.raiseVirq(Virq.VIRQ_DEBUG, 0);
        assertEquals(List.of(), kernel.calls());
    }

    @Test
    void whatWasPendingWhenSharedInfoMovedIsToldToItsOwnVcpuAlone() {
        int port = events.bindIpi(1);
        events.send(port);
        interrupts.clear();
        MemorySegment place = FakeGuest.frame();
        List<String> told = new ArrayList<>();
        events.places().placeSharedInfo(place, () -> told.add("kernel"));
        guest.useSharedInfo(place);
        assertEquals(List.of("kernel"), told);
        assertEquals(List.of(1), interrupts);
        assertEquals(List.of(), guest.handleUpcall(0));
        assertEquals(List.of(port), guest.handleUpcall(1));
    }
}
