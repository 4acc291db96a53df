package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.HvmAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.console_io;
import static dev.lodge.vmm.abi.HypercallNumber.hvm_op;
import static dev.lodge.vmm.abi.HypercallNumber.memory_op;
import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conformance to {@code xen/include/public/hvm/hvm_op.h} and {@code memory.h}. */
class HvmMemoryGrantOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @Test
    void whatTheToolsSetIsReadAndNotChanged() {
        for (int param :
                new int[] {HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN, HVM_PARAM_CONSOLE_PFN, HVM_PARAM_CONSOLE_EVTCHN
                }) {
            domain.params.set(param, 0x1234_5678_9abcL);
            assertEquals(0, param(HVMOP_get_param, SELF, param, 0));
            assertEquals(0x1234_5678_9abcL, guest.get64(8));
            assertEquals(-EEXIST, param(HVMOP_set_param, SELF, param, 5));
            assertEquals(0, param(HVMOP_set_param, SELF, param, 0x1234_5678_9abcL));
            assertEquals(0x1234_5678_9abcL, domain.params.get(param));
        }
        for (int param :
                new int[] {HVM_PARAM_PAE_ENABLED, HVM_PARAM_TIMER_MODE, HVM_PARAM_TRIPLE_FAULT_REASON, 5, 38}) {
            assertEquals(-EPERM, param(HVMOP_set_param, SELF, param, 1));
            assertEquals(0, domain.params.get(param));
        }
    }

    @Test
    void theGuestSetsHowItIsCalledBack() {
        assertEquals(0, param(HVMOP_set_param, FakeDomain.DOMID, HVM_PARAM_CALLBACK_IRQ, 2L << 56 | 0xf3));
        assertEquals(2L << 56 | 0xf3, domain.params.get(HVM_PARAM_CALLBACK_IRQ));
    }

    @Test
    void aParameterIsOfThisDomainAndOneOfThose() {
        for (int command : new int[] {HVMOP_get_param, HVMOP_set_param}) {
            assertEquals(-EPERM, param(command, 0, HVM_PARAM_CALLBACK_IRQ, 1));
            assertEquals(-EPERM, param(command, 2, HVM_PARAM_CALLBACK_IRQ, 1));
            for (int bad : new int[] {HVM_NR_PARAMS, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertEquals(-EINVAL, param(command, SELF, bad, 1));
            }
            guest.assertFaultsOnBadPointers(hvm_op, command);
        }
        assertEquals(-EFAULT, guest.call(hvm_op, HVMOP_get_param, readOnlyParam()));
    }

    private long readOnlyParam() {
        guest.put32(SELF, HVM_PARAM_CALLBACK_IRQ);
        return READ_ONLY;
    }

    @Test
    void anUpcallVectorIsOneThatALocalApicTakes() {
        assertEquals(0, guest.call(hvm_op, HVMOP_set_evtchn_upcall_vector, guest.put32(1, 0xf3)));
        assertEquals(0, guest.call(hvm_op, HVMOP_set_evtchn_upcall_vector, guest.put32(1, 0xffff_ff10)));
        assertEquals(List.of("vector 243", "vector 16"), domain.vcpus.get(1).calls);
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_set_evtchn_upcall_vector, guest.put32(1, 15)));
        assertEquals(-ENOENT, guest.call(hvm_op, HVMOP_set_evtchn_upcall_vector, guest.put32(2, 0xf3)));
        assertEquals(-ENOENT, guest.call(hvm_op, HVMOP_set_evtchn_upcall_vector, guest.put32(-1, 0xf3)));
        guest.assertFaultsOnBadPointers(hvm_op, HVMOP_set_evtchn_upcall_vector);
    }

    @Test
    void otherHvmOperations() {
        assertEquals(0, guest.call(hvm_op, HVMOP_get_time, ARG));
        assertEquals(true, guest.get64(0) >= 1_000_000_000);
        assertEquals(-EFAULT, guest.call(hvm_op, HVMOP_get_time, READ_ONLY));
        assertEquals(0, guest.call(hvm_op, HVMOP_flush_tlbs, 0));
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_flush_tlbs, ARG));
        for (long command : new long[] {HVMOP_pagetable_dying, HVMOP_get_mem_type, HVMOP_altp2m, 99, -1}) {
            assertEquals(-ENOSYS, guest.call(hvm_op, command, ARG));
        }
    }

    @Test
    void sharedInfoAppearsWhereTheGuestWantsItInRamOrBehind() {
        assertEquals(0, physmap(SELF, XENMAPSPACE_shared_info, 0, 0x90));
        assertEquals(
                domain.ram.address() + 0x90 * 4096, domain.events().sharedInfo().address());
        assertEquals(0, physmap(FakeDomain.DOMID, XENMAPSPACE_shared_info, 0, 0x180));
        assertEquals(
                domain.memory().frame(new dev.lodge.rings.FrameNumber(0x180)).address(),
                domain.events().sharedInfo().address());
    }

    @Test
    void theGrantTablesFramesAppearOneByOne() {
        assertEquals(0, physmap(SELF, XENMAPSPACE_grant_table, 0, 0x90));
        assertEquals(GTF_permit_access, domain.ram.get(ValueLayout.JAVA_INT, 0x90 * 4096));
        assertEquals(0, physmap(SELF, XENMAPSPACE_grant_table, 3, 0x91));
        assertEquals(4, domain.grants().frameCount());
    }

    @Test
    void whatIsNotThereOrHasNoPlaceIsNotMapped() {
        long shared = domain.events().sharedInfo().address();
        assertEquals(-EPERM, physmap(0, XENMAPSPACE_shared_info, 0, 0x90));
        assertEquals(-EPERM, physmap(2, XENMAPSPACE_shared_info, 0, 0x90));
        assertEquals(-EINVAL, physmap(SELF, XENMAPSPACE_shared_info, 1, 0x90));
        assertEquals(-EINVAL, physmap(SELF, -1, 0, 0x90));
        for (long index : new long[] {4, -1, 0x8000_0000L, 1L << 32, Long.MIN_VALUE}) {
            assertEquals(-EINVAL, physmap(SELF, XENMAPSPACE_grant_table, index, 0x90));
        }
        for (long frame : new long[] {0x200, 0xfee00, 1L << 52, -1, Long.MIN_VALUE}) {
            assertEquals(-EINVAL, physmap(SELF, XENMAPSPACE_shared_info, 0, frame));
            assertEquals(-EINVAL, physmap(SELF, XENMAPSPACE_grant_table, 0, frame));
        }
        guest.assertFaultsOnBadPointers(memory_op, XENMEM_add_to_physmap);
        assertEquals(shared, domain.events().sharedInfo().address());
    }

    @Test
    void theMemoryMapIsCopiedIfItFits() {
        guest.put32(3, 0);
        guest.put64(8, ARG + 0x100);
        assertEquals(0, guest.call(memory_op, XENMEM_memory_map, ARG));
        assertEquals(3, guest.get32(0));
        assertArrayEquals(domain.memoryMap, guest.memory.asSlice(0x100, 60).toArray(ValueLayout.JAVA_BYTE));
        guest.put32(-1, 0);
        assertEquals(0, guest.call(memory_op, XENMEM_memory_map, ARG));
        assertEquals(3, guest.get32(0));
        guest.put32(2, 0);
        assertEquals(-EINVAL, guest.call(memory_op, XENMEM_memory_map, ARG));
        guest.put32(3, 0);
        guest.put64(8, UNMAPPED);
        assertEquals(-EFAULT, guest.call(memory_op, XENMEM_memory_map, ARG));
        guest.assertFaultsOnBadPointers(memory_op, XENMEM_memory_map);
    }

    @Test
    void theEmergencyConsoleTakesTextOfAnyLength() {
        guest.memory.asSlice(0, 0x5000).fill((byte) 'a');
        assertEquals(0, guest.call(console_io, 0, 0x4321, ARG));
        assertEquals("a".repeat(0x4321), domain.emergency.toString(java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(0, guest.call(console_io, 0, 0, UNMAPPED));
        assertEquals(-EFAULT, guest.call(console_io, 0, 1, UNMAPPED));
        assertEquals(-EFAULT, guest.call(console_io, 0, Integer.MAX_VALUE, ARG));
        assertEquals(-EINVAL, guest.call(console_io, 0, -1, ARG));
        assertEquals(-EINVAL, guest.call(console_io, 0, 1L << 31, ARG));
        assertEquals(-EPERM, guest.call(console_io, 1, 1, ARG), "reading is Domain 0's");
        assertEquals(-ENOSYS, guest.call(console_io, 2, 1, ARG));
    }

    private long param(int command, int domid, int param, long value) {
        guest.put32(domid, param);
        guest.put64(8, value);
        return guest.call(hvm_op, command, ARG);
    }

    private long physmap(int domid, int space, long index, long frame) {
        guest.put32(domid, space);
        guest.put64(8, index, frame);
        return guest.call(memory_op, XENMEM_add_to_physmap, ARG);
    }
}
