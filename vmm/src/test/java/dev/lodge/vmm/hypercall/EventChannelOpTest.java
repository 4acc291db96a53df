package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.EventChannelAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.event_channel_op;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.DomainIds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/event_channel.h}: where arguments stand and answers go. */
class EventChannelOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;

    private final HypercallFixture guest = new HypercallFixture();

    @Test
    void allocUnboundAnswersThePortBehindTheTwoDomains() {
        assertEquals(0, op(EVTCHNOP_alloc_unbound, SELF | 0 << 16, 99));
        assertEquals(1, guest.get32(4));
        assertEquals(0, op(EVTCHNOP_alloc_unbound, FakeDomain.DOMID | SELF << 16, 99));
        assertEquals(2, guest.get32(4));
        assertEquals(FakeDomain.DOMID, guest.domain.events().status(2).subject(), "SELF is resolved");
        assertEquals(-EPERM, op(EVTCHNOP_alloc_unbound, 5, 99));
        assertEquals(99, guest.get32(4));
    }

    @Test
    void bindInterdomainAnswersTheLocalPort() {
        op(EVTCHNOP_alloc_unbound, SELF | SELF << 16, 0);
        assertEquals(0, op(EVTCHNOP_bind_interdomain, SELF, 1, 99));
        assertEquals(2, guest.get32(8));
        assertEquals(-EINVAL, op(EVTCHNOP_bind_interdomain, SELF, 1, 99));
        assertEquals(-ESRCH, op(EVTCHNOP_bind_interdomain, 7, 1, 99));
        assertEquals(99, guest.get32(8));
    }

    @Test
    void bindVirqAndBindIpiAnswerThePort() {
        assertEquals(0, op(EVTCHNOP_bind_virq, 0, 1, 99));
        assertEquals(1, guest.get32(8));
        assertEquals(0, op(EVTCHNOP_bind_ipi, 1, 99));
        assertEquals(2, guest.get32(4));
        assertEquals(-ENOENT, op(EVTCHNOP_bind_ipi, 2, 99));
        assertEquals(-EINVAL, op(EVTCHNOP_bind_virq, 24, 0, 99));
    }

    @Test
    void aPortThatTheGuestCouldNotBeToldOfIsClosed() {
        guest.put32(1, 0);
        assertEquals(-EFAULT, guest.call(event_channel_op, EVTCHNOP_bind_ipi, READ_ONLY));
        assertEquals(0, op(EVTCHNOP_bind_ipi, 1, 0));
        assertEquals(1, guest.get32(4));
        guest.put32(0, 1, 0);
        assertEquals(-EFAULT, guest.call(event_channel_op, EVTCHNOP_bind_virq, READ_ONLY));
        assertEquals(0, op(EVTCHNOP_bind_virq, 0, 1, 0));
    }

    @Test
    void sendUnmaskBindVcpuAndCloseTakeAPort() {
        op(EVTCHNOP_bind_ipi, 1, 0);
        assertEquals(0, op(EVTCHNOP_send, 1));
        assertEquals(List.of(1), guest.domain.interrupts);
        assertEquals(0, op(EVTCHNOP_unmask, 1));
        assertEquals(-EINVAL, op(EVTCHNOP_bind_vcpu, 1, 0));
        assertEquals(0, op(EVTCHNOP_close, 1));
        assertEquals(-EINVAL, op(EVTCHNOP_send, 1));
        op(EVTCHNOP_alloc_unbound, SELF, 0);
        assertEquals(0, op(EVTCHNOP_bind_vcpu, 1, 1));
        assertEquals(-ENOENT, op(EVTCHNOP_bind_vcpu, 1, 2));
    }

    @Test
    void statusFillsInWhatAPortIs() {
        op(EVTCHNOP_alloc_unbound, SELF | 7 << 16, 0);
        op(EVTCHNOP_bind_virq, 1, 1, 0);
        assertEquals(0, op(EVTCHNOP_status, SELF, 1, -1, -1, -1, -1));
        assertEquals(List.of(EVTCHNSTAT_unbound, 0, 7), List.of(guest.get32(8), guest.get32(12), guest.get16(16)));
        assertEquals(0, op(EVTCHNOP_status, FakeDomain.DOMID, 2, -1, -1, -1, -1));
        assertEquals(List.of(EVTCHNSTAT_virq, 1, 1), List.of(guest.get32(8), guest.get32(12), guest.get32(16)));
        assertEquals(0, op(EVTCHNOP_status, SELF, 3, -1, -1, -1, -1));
        assertEquals(EVTCHNSTAT_closed, guest.get32(8));
    }

    @Test
    void statusOfAnotherDomainIsNotTold() {
        assertEquals(-EPERM, op(EVTCHNOP_status, 0, 1, 0, 0, 0, 0));
        assertEquals(-EPERM, op(EVTCHNOP_status, 2, 1, 0, 0, 0, 0));
        assertEquals(-ESRCH, op(EVTCHNOP_status, 0x7ff4, 1, 0, 0, 0, 0));
        assertEquals(-EINVAL, op(EVTCHNOP_status, SELF, 0, 0, 0, 0, 0));
        assertEquals(-EINVAL, op(EVTCHNOP_status, SELF, 4096, 0, 0, 0, 0));
        assertEquals(-EINVAL, op(EVTCHNOP_status, SELF, -1, 0, 0, 0, 0));
    }

    @Test
    void resetIsForTheCallersOwnPorts() {
        op(EVTCHNOP_bind_ipi, 1, 0);
        assertEquals(-EPERM, op(EVTCHNOP_reset, 2));
        assertEquals(0, op(EVTCHNOP_send, 1));
        assertEquals(0, op(EVTCHNOP_reset, SELF));
        assertEquals(-EINVAL, op(EVTCHNOP_send, 1));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                EVTCHNOP_bind_pirq,
                EVTCHNOP_init_control,
                EVTCHNOP_expand_array,
                EVTCHNOP_set_priority,
                14,
                99,
                -1,
                0x7fff_ffff
            })
    void whatLodgeDoesNotHaveIsNotImplemented(long command) {
        assertEquals(-ENOSYS, guest.call(event_channel_op, command, ARG));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                EVTCHNOP_bind_interdomain,
                EVTCHNOP_bind_virq,
                EVTCHNOP_close,
                EVTCHNOP_send,
                EVTCHNOP_status,
                EVTCHNOP_alloc_unbound,
                EVTCHNOP_bind_ipi,
                EVTCHNOP_bind_vcpu,
                EVTCHNOP_unmask
            })
    void aBadPointerIsEfault(int command) {
        guest.assertFaultsOnBadPointers(event_channel_op, command);
    }

    @Test
    void anArgumentMayCrossPages() {
        guest.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 0xffc, 1);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_bind_ipi, ARG + 0xffc));
        assertEquals(1, guest.get32(0x1000));
    }

    @Test
    void noPortWhateverDoesHarm() {
        for (int port : new int[] {0, -1, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            for (int command : new int[] {EVTCHNOP_send, EVTCHNOP_unmask, EVTCHNOP_close, EVTCHNOP_bind_vcpu}) {
                assertTrue(op(command, port, 0) < 0, command + " of " + port);
            }
        }
    }

    private long op(int command, int... fields) {
        return guest.call(event_channel_op, command, guest.put32(fields));
    }
}
