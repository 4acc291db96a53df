package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.hvm_op;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENODEV;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.DomainIds;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/hvm/hvm_op.h} and {@code params.h}, with the answers of Xen 4.17. */
class HvmOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;
    private static final Set<Integer> DEPRECATED = Set.of(4, 13, 20, 21, 22, 23, 24, 25, 26, 30);
    private static final Set<Integer> READABLE = Set.of(0, 1, 2, 15, 17, 18, 19, 34, 35, 36, 37);
    private static final Set<Integer> WRITABLE = Set.of(0, 2, 15, 18, 34, 36, 37);

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @Test
    void aGuestReadsWhatItNeedsAndNoMore() {
        for (int param = 0; param < HVM_NR_PARAMS; param++) {
            domain.params.set(param, 0x1234_5678_9abcL + param);
            long expected = READABLE.contains(param) ? 0 : DEPRECATED.contains(param) ? -EINVAL : -EPERM;
            assertEquals(expected, param(HVMOP_get_param, SELF, param, 7), "parameter " + param);
            assertEquals(expected == 0 ? 0x1234_5678_9abcL + param : 7, guest.get64(8), "parameter " + param);
        }
    }

    @Test
    void aGuestSetsWhatItMayAndNoMore() {
        for (int param = 0; param < HVM_NR_PARAMS; param++) {
            long expected = WRITABLE.contains(param)
                    ? 0
                    : param == HVM_PARAM_ACPI_IOPORTS_LOCATION
                            ? -ENODEV
                            : DEPRECATED.contains(param) ? -EINVAL : -EPERM;
            assertEquals(expected, param(HVMOP_set_param, SELF, param, 8), "parameter " + param);
            assertEquals(
                    WRITABLE.contains(param) && param != 15 ? 8 : 0, domain.params.get(param), "parameter " + param);
        }
    }

    @Test
    void someParametersTakeSomeValues() {
        for (long width : new long[] {0, 4, 8}) {
            assertEquals(0, param(HVMOP_set_param, SELF, HVM_PARAM_X87_FIP_WIDTH, width));
        }
        for (long width : new long[] {1, 16, -1, 1L << 32 | 4}) {
            assertEquals(-EINVAL, param(HVMOP_set_param, SELF, HVM_PARAM_X87_FIP_WIDTH, width));
        }
        assertEquals(-EINVAL, param(HVMOP_set_param, SELF, HVM_PARAM_VM86_TSS, 1L << 32));
    }

    @Test
    void theGuestSetsHowItIsCalledBack() {
        assertEquals(0, param(HVMOP_set_param, FakeDomain.DOMID, HVM_PARAM_CALLBACK_IRQ, 2L << 56 | 0xf3));
        assertEquals(2L << 56 | 0xf3, domain.params.get(HVM_PARAM_CALLBACK_IRQ));
        assertEquals(0xf3, domain.callbackVector);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xf3, 1L << 56 | 0xf3, 3L << 56 | 0xf3, 2L << 56, 2L << 56 | 15, -1, Long.MIN_VALUE})
    void whatIsNoVectorOfInterruptsCallsNobodyBack(long via) {
        domain.callbackVector = 0xf3;
        assertEquals(0, param(HVMOP_set_param, SELF, HVM_PARAM_CALLBACK_IRQ, via));
        assertEquals(via, domain.params.get(HVM_PARAM_CALLBACK_IRQ));
        assertEquals(0, domain.callbackVector);
    }

    @Test
    void aParameterIsOfThisDomainAndOneOfThose() {
        for (int command : new int[] {HVMOP_get_param, HVMOP_set_param}) {
            assertEquals(-EPERM, param(command, 0, HVM_PARAM_CALLBACK_IRQ, 1));
            assertEquals(-EPERM, param(command, 2, HVM_PARAM_CALLBACK_IRQ, 1));
            assertEquals(-ESRCH, param(command, 9, HVM_PARAM_CALLBACK_IRQ, 1));
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
    void timeAndFlushing() {
        assertEquals(0, guest.call(hvm_op, HVMOP_get_time, ARG));
        assertEquals(true, guest.get64(0) >= 1_000_000_000);
        assertEquals(-EFAULT, guest.call(hvm_op, HVMOP_get_time, READ_ONLY));
        assertEquals(0, guest.call(hvm_op, HVMOP_flush_tlbs, 0));
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_flush_tlbs, ARG));
        assertEquals(0, guest.call(hvm_op, HVMOP_guest_request_vm_event, 0));
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_guest_request_vm_event, ARG));
    }

    @Test
    void aFrameIsRamOrNobodys() {
        assertEquals(0, memoryType(SELF, 0x90));
        assertEquals(HVMMEM_ram_rw, guest.get16(2));
        for (long frame : new long[] {0x200, 0xfee00, -1, 1L << 52, Long.MIN_VALUE}) {
            assertEquals(0, memoryType(SELF, frame));
            assertEquals(HVMMEM_mmio_dm, guest.get16(2));
        }
        assertEquals(-EPERM, memoryType(2, 0x90));
        assertEquals(-ESRCH, memoryType(9, 0x90));
        guest.assertFaultsOnBadPointers(hvm_op, HVMOP_get_mem_type);
    }

    private long memoryType(int domid, long frame) {
        guest.put64(0, Integer.toUnsignedLong(domid | 0x7777 << 16), frame);
        return guest.call(hvm_op, HVMOP_get_mem_type, ARG);
    }

    @Test
    void thereAreNoShadowPageTablesToDie() {
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_pagetable_dying, guest.put32(SELF, 0, 0, 0)));
        assertEquals(-EOPNOTSUPP, guest.call(hvm_op, HVMOP_pagetable_dying, guest.put32(2, 0, 0, 0)));
        assertEquals(-ESRCH, guest.call(hvm_op, HVMOP_pagetable_dying, guest.put32(9, 0, 0, 0)));
        guest.assertFaultsOnBadPointers(hvm_op, HVMOP_pagetable_dying);
    }

    @Test
    void traceRecordsAreCheckedAndGoNowhere() {
        assertEquals(0, guest.call(hvm_op, HVMOP_xentrace, guest.put32(0xfff | 28 << 16)));
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_xentrace, guest.put32(0xfff | 29 << 16)));
        assertEquals(-EINVAL, guest.call(hvm_op, HVMOP_xentrace, guest.put32(0x1000)));
        guest.assertFaultsOnBadPointers(hvm_op, HVMOP_xentrace);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 6, 7, 8, 12, 13, 14, 16, 17, 22, 26, 99, -1})
    void theOperationsOfToolsAndOldOnesAreNotImplemented(long command) {
        assertEquals(-ENOSYS, guest.call(hvm_op, command, ARG));
    }

    @Test
    void thereAreNoAlternateViewsOfMemory() {
        assertEquals(-EOPNOTSUPP, guest.call(hvm_op, HVMOP_altp2m, ARG));
    }

    private long param(int command, int domid, int param, long value) {
        guest.put32(domid, param);
        guest.put64(8, value);
        return guest.call(hvm_op, command, ARG);
    }
}
