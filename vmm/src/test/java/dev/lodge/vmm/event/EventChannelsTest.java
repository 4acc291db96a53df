package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_closed;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_interdomain;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_ipi;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_unbound;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_virq;
import static dev.lodge.vmm.abi.Virq.VIRQ_ARGO;
import static dev.lodge.vmm.abi.Virq.VIRQ_DEBUG;
import static dev.lodge.vmm.abi.Virq.VIRQ_TIMER;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.Virq;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/event_channel.h}, with the error numbers of Xen 4.17. */
class EventChannelsTest {

    private final EventFixture fixture = new EventFixture();
    private final EventFixture.Side one = fixture.one;
    private final EventFixture.Side two = fixture.two;

    @Test
    void portsAreGivenOutFromOneOnAndTheLowestFreeOneFirst() {
        assertEquals(1, one.events.allocUnbound(0));
        assertEquals(2, one.events.bindIpi(0));
        assertEquals(3, one.events.bindVirq(VIRQ_TIMER, 0));
        assertEquals(0, one.events.close(2));
        assertEquals(2, one.events.bindIpi(1));
        assertEquals(4, one.events.bindIpi(1));
    }

    @Test
    void whenAllPortsAreTakenThereIsNoSpaceUntilOneIsClosed() {
        for (int port = 1; port < GuestWidth.BITS_64.ports(); port++) {
            assertEquals(port, one.events.bindIpi(0));
        }
        int remote = two.events.allocUnbound(1);
        assertEquals(-ENOSPC, one.events.bindIpi(0));
        assertEquals(-ENOSPC, one.events.allocUnbound(0));
        assertEquals(-ENOSPC, one.events.bindVirq(VIRQ_TIMER, 0));
        assertEquals(-ENOSPC, one.events.bindInterdomain(2, remote));
        assertEquals(EVTCHNSTAT_unbound, two.events.status(remote).status());
        one.events.close(4095);
        assertEquals(4095, one.events.bindVirq(VIRQ_TIMER, 0), "the VIRQ was not left half bound");
        assertEquals(0, one.events.send(4094));
        assertEquals(List.of(4094), one.guest.handleUpcall(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 5, 4095, 4096, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aNumberThatIsNoBoundPortIsInvalid(int port) {
        assertEquals(-EINVAL, one.events.send(port));
        assertEquals(-EINVAL, one.events.close(port));
        assertEquals(-EINVAL, one.events.bindVcpu(port, 0));
        assertEquals(-EINVAL, one.events.bindInterdomain(1, port));
        assertEquals(-EINVAL, one.events.bindInterdomain(2, port));
        assertEquals(EVTCHNSTAT_closed, one.events.status(port).status());
        assertFalse(one.events.isPending(port));
        assertEquals(port > 0 && port < 4096 ? 0 : -EINVAL, one.events.unmask(port));
    }

    @Test
    void statusTellsWhatAPortIs() {
        assertEquals(new ChannelStatus(EVTCHNSTAT_unbound, 0, 7, 0), one.events.status(one.events.allocUnbound(7)));
        assertEquals(new ChannelStatus(EVTCHNSTAT_ipi, 1, 0, 0), one.events.status(one.events.bindIpi(1)));
        assertEquals(
                new ChannelStatus(EVTCHNSTAT_virq, 1, VIRQ_DEBUG, 0),
                one.events.status(one.events.bindVirq(VIRQ_DEBUG, 1)));
        int theirs = two.events.allocUnbound(1);
        int ours = one.events.bindInterdomain(2, theirs);
        assertEquals(new ChannelStatus(EVTCHNSTAT_interdomain, 0, 2, theirs), one.events.status(ours));
        assertEquals(new ChannelStatus(EVTCHNSTAT_interdomain, 0, 1, ours), two.events.status(theirs));
        BackendPort backend = two.connect(two.events.allocUnbound(0), () -> {});
        assertEquals(
                new ChannelStatus(EVTCHNSTAT_interdomain, 0, 0, backend.number()),
                two.events.status(backend.guestPort()));
    }

    @Test
    void anIpiInterruptsTheVcpuItIsBoundTo() {
        int port = one.events.bindIpi(1);
        assertEquals(0, one.events.send(port));
        assertEquals(List.of(1), one.interrupts());
        assertEquals(List.of(port), one.guest.handleUpcall(1));
        assertEquals(List.of(), one.guest.handleUpcall(0));
    }

    @Test
    void anIpiNeedsAVcpuThatIsThere() {
        assertEquals(-ENOENT, one.events.bindIpi(EventFixture.VCPUS));
        assertEquals(-ENOENT, one.events.bindIpi(-1));
        assertEquals(-ENOENT, one.events.bindIpi(Integer.MIN_VALUE));
        assertEquals(1, one.events.bindIpi(0));
    }

    @Test
    void aVirqOfVcpusIsBoundOnceOnEach() {
        int first = one.events.bindVirq(VIRQ_TIMER, 0);
        int second = one.events.bindVirq(VIRQ_TIMER, 1);
        assertEquals(-EEXIST, one.events.bindVirq(VIRQ_TIMER, 0));
        one.events.raiseVirq(VIRQ_TIMER, 1);
        assertEquals(List.of(1), one.interrupts());
        assertEquals(List.of(second), one.guest.handleUpcall(1));
        one.events.close(first);
        one.events.raiseVirq(VIRQ_TIMER, 0);
        assertEquals(List.of(), one.interrupts());
        assertEquals(first, one.events.bindVirq(VIRQ_TIMER, 0));
    }

    @Test
    void aVirqOfTheDomainIsBoundOnVcpu0AndMayMoveAndBeBoundAgain() {
        assertEquals(-EINVAL, one.events.bindVirq(VIRQ_ARGO, 1));
        int port = one.events.bindVirq(VIRQ_ARGO, 0);
        assertEquals(-EEXIST, one.events.bindVirq(VIRQ_ARGO, 0));
        assertEquals(0, one.events.bindVcpu(port, 1));
        one.events.raiseVirq(VIRQ_ARGO, 0);
        assertEquals(List.of(1), one.interrupts());
        assertEquals(0, one.events.close(port));
        assertEquals(port, one.events.bindVirq(VIRQ_ARGO, 0));
    }

    @Test
    void aVirqNeedsANumberAndAVcpuThatAreThere() {
        assertEquals(-EINVAL, one.events.bindVirq(-1, 0));
        assertEquals(-EINVAL, one.events.bindVirq(Virq.NR_VIRQS, 0));
        assertEquals(-EINVAL, one.events.bindVirq(Integer.MIN_VALUE, 0));
        assertEquals(-ENOENT, one.events.bindVirq(VIRQ_TIMER, 2));
        assertEquals(-ENOENT, one.events.bindVirq(VIRQ_TIMER, -1));
        assertEquals(-EINVAL, one.events.send(one.events.bindVirq(VIRQ_TIMER, 0)), "a guest raises no VIRQ");
    }

    @Test
    void raisingAVirqThatNobodyBoundDoesNothing() {
        one.events.raiseVirq(VIRQ_TIMER, 0);
        assertEquals(List.of(), one.interrupts());
        assertEquals(0, one.events.received());
    }

    @Test
    void bindVcpuMovesWhateverIsNotTiedToAVcpu() {
        int unbound = one.events.allocUnbound(0);
        assertEquals(0, one.events.bindVcpu(unbound, 1));
        assertEquals(1, one.events.status(unbound).vcpu());
        BackendPort backend = one.connect(unbound, () -> {});
        assertEquals(1, one.events.status(unbound).vcpu(), "kept when a back end connects");
        backend.notifyGuest();
        assertEquals(List.of(1), one.interrupts());
        assertEquals(0, one.events.bindVcpu(unbound, 0));
        one.settle();
        backend.notifyGuest();
        assertEquals(List.of(0), one.interrupts());

        int theirs = two.events.allocUnbound(1);
        int ours = one.events.bindInterdomain(2, theirs);
        assertEquals(0, one.events.bindVcpu(ours, 1));
        assertEquals(1, one.events.status(ours).vcpu());
        assertEquals(-ENOENT, one.events.bindVcpu(ours, 2));
        assertEquals(-ENOENT, one.events.bindVcpu(ours, -1));
    }

    @Test
    void bindVcpuMovesNoIpiAndNoVcpusOwnVirq() {
        assertEquals(-EINVAL, one.events.bindVcpu(one.events.bindIpi(0), 1));
        assertEquals(-EINVAL, one.events.bindVcpu(one.events.bindVirq(VIRQ_TIMER, 0), 1));
    }

    @Test
    void aDomainMayBeBoundToItself() {
        int waiting = one.events.allocUnbound(1);
        int port = one.events.bindInterdomain(1, waiting);
        one.settle();
        one.events.send(port);
        assertEquals(List.of(waiting), one.guest.handleUpcall(0));
        one.events.send(waiting);
        assertEquals(List.of(port), one.guest.handleUpcall(0));
        assertEquals(0, one.events.close(waiting));
        assertEquals(new ChannelStatus(EVTCHNSTAT_unbound, 0, 1, 0), one.events.status(port));
        assertEquals(0, one.events.close(port));
        assertEquals(EVTCHNSTAT_closed, one.events.status(port).status());
    }

    @Test
    void twoDomainsReachEachOtherAndTheOneThatBindsFindsItsPortPending() {
        int theirs = two.events.allocUnbound(1);
        assertEquals(0, two.events.send(theirs), "to nobody: lost, and no error");
        int ours = one.events.bindInterdomain(2, theirs);
        assertEquals(List.of(ours), one.guest.handleUpcall(0), "since what was sent before was lost");
        assertEquals(List.of(), two.guest.handleUpcall(0));
        one.events.send(ours);
        assertEquals(List.of(theirs), two.guest.handleUpcall(0));
        two.events.send(theirs);
        assertEquals(List.of(ours), one.guest.handleUpcall(0));
    }

    @Test
    void aGuestThatTakesThePortItOffersDomainZeroForDomainZerosIsGivenIt() {
        int offered = one.events.allocUnbound(0);
        int toOther = one.events.allocUnbound(2);
        int connected = one.events.allocUnbound(0);
        BackendPort backend = one.connect(connected, () -> {});
        assertEquals(offered, one.events.bindInterdomain(0, offered));
        assertEquals(-EINVAL, one.events.bindInterdomain(0, toOther));
        assertEquals(-EINVAL, one.events.bindInterdomain(0, connected), "it is taken");
        assertEquals(-EINVAL, one.events.bindInterdomain(0, 0));
        assertEquals(-EINVAL, one.events.bindInterdomain(0, -1));
        backend.notifyGuest();
        BackendPort other = one.connect(offered, () -> {});
        other.notifyGuest();
        assertEquals(List.of(offered, connected), one.guest.handleUpcall(0), "and Domain 0 still binds to it");
    }

    @Test
    void onlyWhomAPortWaitsForMayBindToIt() {
        int forDomain7 = two.events.allocUnbound(7);
        int forDomain1 = two.events.allocUnbound(1);
        assertEquals(-EINVAL, one.events.bindInterdomain(2, forDomain7));
        assertEquals(-EINVAL, one.events.bindInterdomain(2, two.events.bindIpi(0)));
        assertTrue(one.events.bindInterdomain(2, forDomain1) > 0);
        assertEquals(-EINVAL, one.events.bindInterdomain(2, forDomain1), "taken");
        assertEquals(-ESRCH, one.events.bindInterdomain(9, 1));
        assertEquals(-ESRCH, one.events.bindInterdomain(0x7ff5, 1));
        assertEquals(-EINVAL, one.events.bindInterdomain(0, 1), "Domain 0 is there, but offers guests no port");
    }

    @Test
    void closingEitherEndLeavesTheOtherWaiting() {
        int theirs = two.events.allocUnbound(1);
        int ours = one.events.bindInterdomain(2, theirs);
        two.events.bindVcpu(theirs, 1);
        assertEquals(0, one.events.close(ours));
        assertEquals(new ChannelStatus(EVTCHNSTAT_unbound, 1, 1, 0), two.events.status(theirs));
        assertEquals(0, two.events.send(theirs));

        int again = one.events.bindInterdomain(2, theirs);
        assertEquals(0, two.events.close(theirs));
        assertEquals(new ChannelStatus(EVTCHNSTAT_unbound, 0, 2, 0), one.events.status(again));
        assertEquals(EVTCHNSTAT_closed, two.events.status(theirs).status());
        assertEquals(-EINVAL, two.events.close(theirs));
    }

    @Test
    void closingForgetsWhatWasPending() {
        int port = one.events.bindIpi(0);
        one.events.send(port);
        one.events.close(port);
        assertFalse(one.events.isPending(port));
        assertEquals(port, one.events.bindIpi(0));
        assertEquals(List.of(), one.guest.handleUpcall(0));
    }

    @Test
    void resetClosesAllAndEndsWhatOthersHadOfIt() {
        int theirs = two.events.allocUnbound(1);
        int ours = one.events.bindInterdomain(2, theirs);
        int virq = one.events.bindVirq(VIRQ_TIMER, 0);
        int console = one.events.allocUnbound(0);
        BackendPort backend = one.connect(console, () -> {});
        one.settle();
        one.events.reset();
        for (int port : new int[] {ours, virq, console}) {
            assertEquals(EVTCHNSTAT_closed, one.events.status(port).status());
        }
        assertEquals(EVTCHNSTAT_unbound, two.events.status(theirs).status());
        backend.notifyGuest();
        one.events.raiseVirq(VIRQ_TIMER, 0);
        assertEquals(List.of(), one.interrupts());
        assertEquals(1, one.events.bindVirq(VIRQ_TIMER, 0));
    }

    @Test
    void whatIsSentAndReceivedIsCounted() {
        int port = one.events.bindIpi(0);
        one.events.send(port);
        one.events.send(port);
        one.events.send(99);
        one.events.send(one.events.allocUnbound(0));
        assertEquals(2, one.events.sent());
        assertEquals(2, one.events.received());
    }
}
