package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.HypercallNumber.console_io;
import static dev.lodge.vmm.abi.HypercallNumber.memory_op;
import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Conformance to {@code xen/include/public/memory.h}, and the emergency console. */
class MemoryAndConsoleOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @Test
    void sharedInfoAppearsWhereTheGuestWantsItInRamOrBehind() {
        assertEquals(0, physmap(SELF, XENMAPSPACE_shared_info, 0, 0x90));
        assertEquals(
                domain.ram.address() + 0x90 * 4096,
                domain.events().places().sharedInfo().address());
        assertEquals(0, physmap(FakeDomain.DOMID, XENMAPSPACE_shared_info, 0, 0x180));
        assertEquals(
                domain.memory().frame(new dev.lodge.rings.FrameNumber(0x180)).address(),
                domain.events().places().sharedInfo().address());
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
        long shared = domain.events().places().sharedInfo().address();
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
        assertEquals(shared, domain.events().places().sharedInfo().address());
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

    private long physmap(int domid, int space, long index, long frame) {
        guest.put32(domid, space);
        guest.put64(8, index, frame);
        return guest.call(memory_op, XENMEM_add_to_physmap, ARG);
    }
}
