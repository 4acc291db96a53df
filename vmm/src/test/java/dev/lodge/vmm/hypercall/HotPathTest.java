package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_bind_ipi;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_expand_array;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_init_control;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_send;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_unmask;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTCOPY_source_gref;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_okay;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTTABOP_copy;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.HypercallNumber.event_channel_op;
import static dev.lodge.vmm.abi.HypercallNumber.grant_table_op;
import static dev.lodge.vmm.abi.HypercallNumber.multicall;
import static dev.lodge.vmm.abi.HypercallNumber.xen_version;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What runs for each event, hypercall or copy allocates nothing. */
class HotPathTest {

    private static final int CALLS = 100_000;

    private final HypercallFixture guest = new HypercallFixture();
    private final HypercallTable table = new HypercallTable();

    /** One round of what is measured. */
    @FunctionalInterface
    private interface Round {
        void run();
    }

    @Test
    void sendingAndUnmaskingByTheTwoLevelAbi() throws ReflectiveOperationException {
        AtomicLong rings = new AtomicLong();
        int port = guest.domain.events().allocUnbound(0);
        assertNotNull(guest.domain.events().connect(port, rings::getAndIncrement));
        guest.call(event_channel_op, EVTCHNOP_bind_ipi, guest.put32(0, 0));
        guest.put32(port);
        assertAllocatesNothing(() -> {
            call(event_channel_op, EVTCHNOP_send, ARG, 0);
            call(event_channel_op, EVTCHNOP_unmask, ARG, 0);
            call(xen_version, 0, ARG, 0);
        });
        assertTrue(rings.get() >= CALLS);
    }

    @Test
    void sendingAndUnmaskingByTheFifoAbi() throws ReflectiveOperationException {
        guest.put64(0, 0x41, 0);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_init_control, ARG));
        guest.put64(0, 0x42);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_expand_array, ARG));
        guest.put32(0, 0);
        assertEquals(0, guest.call(event_channel_op, EVTCHNOP_bind_ipi, ARG));
        guest.put32(guest.get32(4));
        long before = guest.domain.events().received();
        assertAllocatesNothing(() -> {
            guest.memory.set(ValueLayout.JAVA_INT, 0x2004, 0); // the guest has taken it off
            guest.domain.interrupts.clear();
            call(event_channel_op, EVTCHNOP_send, ARG, 0);
            call(event_channel_op, EVTCHNOP_unmask, ARG, 0);
        });
        assertTrue(guest.domain.events().received() - before >= CALLS);
        assertEquals(5 << 29, guest.get32(0x2004), "pending and linked");
    }

    @Test
    void copyingAGrant() throws ReflectiveOperationException {
        guest.domain.othersGrants.place(0, new FrameNumber(0x90));
        guest.domain.othersRam.set(
                ValueLayout.JAVA_INT, 0x90 * 4096L + 8 * 8, GTF_permit_access | FakeDomain.DOMID << 16);
        guest.domain.othersRam.set(ValueLayout.JAVA_INT, 0x90 * 4096L + 8 * 8 + 4, 0xb0);
        guest.put64(0, 8, 2, 0xa0, DomainIds.DOMID_SELF, 100 | GNTCOPY_source_gref << 16);
        assertAllocatesNothing(() -> call(grant_table_op, GNTTABOP_copy, ARG, 1));
        assertEquals(GNTST_okay, guest.get16(36));
    }

    @Test
    void aMulticall() throws ReflectiveOperationException {
        guest.put64(0, xen_version, 77, 0, 0, 0, 0, 0, 0);
        guest.put64(64, xen_version, 77, 0, 0, 0, 0, 0, 0);
        assertAllocatesNothing(() -> call(multicall, ARG, 2, 0));
        assertEquals(4 << 16 | 17, guest.get64(72));
    }

    private void call(int number, long a1, long a2, long a3) {
        table.call(guest.caller, number, a1, a2, a3, 0, 0);
    }

    /** Until the JIT has seen it often enough; the interpreter allocates. */
    private static void assertAllocatesNothing(Round measured) throws ReflectiveOperationException {
        for (int round = 0; ; round++) {
            long before = AllocatedBytes.ofThisThread();
            for (int i = 0; i < CALLS; i++) {
                measured.run();
            }
            long allocated = AllocatedBytes.ofThisThread() - before;
            if (round == 20 || allocated < CALLS) {
                assertTrue(allocated < CALLS, allocated + " bytes in " + CALLS + " rounds");
                return;
            }
        }
    }
}
