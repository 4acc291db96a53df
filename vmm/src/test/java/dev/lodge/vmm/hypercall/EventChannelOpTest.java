package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.EventChannelAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.event_channel_op;
import static dev.lodge.vmm.abi.XenErrno.EBUSY;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
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
        assertEquals(-EPERM, op(EVTCHNOP_alloc_unbound, 2, 99));
        assertEquals(-EPERM, op(EVTCHNOP_alloc_unbound, 0, 99));
        assertEquals(-ESRCH, op(EVTCHNOP_alloc_unbound, 5, 99));
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
        assertEquals(-ESRCH, op(EVTCHNOP_reset, 9));
        assertEquals(-EBUSY, op(EVTCHNOP_reset_cont, SELF), "no reset is under way");
        assertEquals(-EPERM, op(EVTCHNOP_reset_cont, 2));
        assertEquals(-EFAULT, guest.call(event_channel_op, EVTCHNOP_reset, HypercallFixture.UNMAPPED));
        assertEquals(0, op(EVTCHNOP_send, 1));
        assertEquals(0, op(EVTCHNOP_reset, SELF));
        assertEquals(-EINVAL, op(EVTCHNOP_send, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {15, 99, -1, 0x7fff_ffff})
    void whatIsNoOperationIsNotImplemented(long command) {
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
                EVTCHNOP_bind_pirq,
                EVTCHNOP_init_control,
                EVTCHNOP_expand_array,
                EVTCHNOP_set_priority,
                EVTCHNOP_unmask
            })
    void aBadPointerIsEfault(int command) {
        guest.assertFaultsOnBadPointers(event_channel_op, command);
    }

    @Test
    void aPhysicalInterruptIsBoundThoughItNeverComes() {
        assertEquals(0, op(EVTCHNOP_bind_pirq, 9, 0, 99));
        assertEquals(1, guest.get32(8));
        assertEquals(-EEXIST, op(EVTCHNOP_bind_pirq, 9, 0, 99));
        assertEquals(0, op(EVTCHNOP_bind_vcpu, 1, 1));
        assertEquals(0, op(EVTCHNOP_status, SELF, 1, -1, -1, -1, -1));
        assertEquals(List.of(EVTCHNSTAT_pirq, 1, 9), List.of(guest.get32(8), guest.get32(12), guest.get32(16)));
        assertEquals(-EINVAL, op(EVTCHNOP_send, 1));
        assertEquals(0, op(EVTCHNOP_close, 1));
        assertEquals(0, op(EVTCHNOP_bind_pirq, 9, 0, 99));
        for (int bad : new int[] {48, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertEquals(-EINVAL, op(EVTCHNOP_bind_pirq, bad, 0, 99));
        }
    }

    @Test
    void theFifoAbiBeginsWithAControlBlockInTheGuestsMemory() {
        guest.put64(0, 0x41);
        guest.memory.set(java.lang.foreign.ValueLayout.JAVA_LONG, 8, 128L);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_init_control, ARG));
        assertEquals(17, guest.get32(16) & 0xff, "link bits");
        guest.put64(0, 0x42);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_expand_array, ARG));
        assertEquals(0, op(EVTCHNOP_bind_ipi, 0, 0));
        assertEquals(0, op(EVTCHNOP_set_priority, 1, 2));
        assertEquals(0, op(EVTCHNOP_send, 1));
        assertEquals(1 << 2, guest.get32(0x1080), "ready");
        assertEquals(1, guest.get32(0x1080 + 8 + 2 * 4), "head");
        assertEquals(5 << 29, guest.get32(0x2004), "pending and linked");
    }

    @Test
    void aControlBlockLiesInOneFrameOfRamAtAMultipleOf8() {
        for (int offset : new int[] {4025, 4, 4032, -8, Integer.MIN_VALUE}) {
            guest.put64(0, 0x41, Integer.toUnsignedLong(offset));
            assertEquals(-EINVAL, guest.call(event_channel_op, EVTCHNOP_init_control, ARG), "offset " + offset);
        }
        for (long frame : new long[] {0x1_0000, 0xfee00, -1, Long.MIN_VALUE, 1L << 52, 1L << 51}) {
            guest.put64(0, frame, 0);
            assertEquals(-EINVAL, guest.call(event_channel_op, EVTCHNOP_init_control, ARG), "frame " + frame);
            assertEquals(-EINVAL, guest.call(event_channel_op, EVTCHNOP_expand_array, ARG), "frame " + frame);
        }
        for (long vcpu : new long[] {2, 0xffff_ffffL, 0x8000_0000L}) {
            guest.put64(0, 0x41, vcpu << 32);
            assertEquals(-ENOENT, guest.call(event_channel_op, EVTCHNOP_init_control, ARG), "vCPU " + vcpu);
        }
        guest.put64(0, 0x41, 4024);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_init_control, ARG));
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
