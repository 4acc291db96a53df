package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HypercallNumber.memory_op;
import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EACCES;
import static dev.lodge.vmm.abi.XenErrno.EDOM;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EILSEQ;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.memory.Reservation;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/memory.h}, as far as a PVH guest may use it. */
class MemoryOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;
    private static final int LIST = 0x1000;
    private static final int FRAMES = (int) (FakeDomain.RAM_SIZE / 4096);

    private final HypercallFixture guest = new HypercallFixture();
    private final Reservation reservation = guest.domain.reservation();

    private long reservation(int command, int domid, int order, int flags, long... extents) {
        guest.put64(LIST, extents);
        return adjust(command, domid, order, flags, ARG + LIST, extents.length);
    }

    private long adjust(int command, int domid, int order, int flags, long list, long count) {
        guest.put64(0, list, count, Integer.toUnsignedLong(order) | (long) flags << 32, domid);
        return guest.call(memory_op, command, ARG);
    }

    @Test
    void aBalloonGivesFramesBackAndTakesThemAgain() {
        guest.domain.ram.set(ValueLayout.JAVA_INT, 0x9_0000, 42);
        assertEquals(2, reservation(XENMEM_decrease_reservation, SELF, 0, 0, 0x90, 0x91));
        assertEquals(FRAMES - 2, guest.call(memory_op, XENMEM_current_reservation, guest.put32(SELF)));
        assertEquals(FRAMES, guest.call(memory_op, XENMEM_maximum_reservation, guest.put32(SELF)));
        assertEquals(2, reservation(XENMEM_populate_physmap, FakeDomain.DOMID, 0, 0, 0x91, 0x90));
        assertEquals(FRAMES, reservation.current());
        assertEquals(0, guest.domain.ram.get(ValueLayout.JAVA_INT, 0x9_0000), "it comes back as zeros");
    }

    @Test
    void longListsAreDealtWithInOneGo() {
        long[] extents = new long[600];
        for (int i = 0; i < 600; i++) {
            extents[i] = i < 96 ? 0xa0 + i : 0xdead;
        }
        assertEquals(96, reservation(XENMEM_decrease_reservation, SELF, 0, 0, extents));
        assertEquals(FRAMES - 96, reservation.current());
    }

    @Test
    void whatIsDoneAlreadyIsLeftAlone() {
        guest.put64(LIST, 0x90, 0x91, 0x92);
        assertEquals(3, adjust(1 << 6 | XENMEM_decrease_reservation, SELF, 0, 0, ARG + LIST, 3));
        assertTrue(reservation.has(0x90));
        assertFalse(reservation.has(0x91));
        assertEquals(4, adjust(4 << 6 | XENMEM_decrease_reservation, SELF, 0, 0, ARG + LIST, 3), "beyond the end");
    }

    @Test
    void theAnswerCountsWhatWasDoneBeforeTheFirstBadExtent() {
        assertEquals(1, reservation(XENMEM_decrease_reservation, SELF, 0, 0, 0x90, 0x100, 0x91));
        assertEquals(0, reservation(XENMEM_populate_physmap, SELF, 0, 0, 0x91));
        assertEquals(1, reservation(XENMEM_populate_physmap, SELF, 0, 0, 0x90, -1));
    }

    @Test
    void extentsOnAPageThatCannotBeReadAreNotReached() {
        long lastPage = 0xf000;
        guest.put64((int) lastPage + 0xff0, 0x90, 0x91);
        assertEquals(2, adjust(XENMEM_decrease_reservation, SELF, 0, 0, ARG + lastPage + 0xff0, 4));
        assertEquals(0, adjust(XENMEM_decrease_reservation, SELF, 0, 0, UNMAPPED, 4));
        assertEquals(0, adjust(XENMEM_decrease_reservation, SELF, 0, 0, -8, 4));
        assertEquals(0, guest.call(memory_op, XENMEM_decrease_reservation, UNMAPPED));
    }

    @Test
    void badReservationsDoNothing() {
        for (int command :
                new int[] {XENMEM_decrease_reservation, XENMEM_populate_physmap, XENMEM_increase_reservation}) {
            assertEquals(0, reservation(command, 0, 0, 0, 0x90), "another domain's");
            assertEquals(0, reservation(command, 2, 0, 0, 0x90));
            assertEquals(0, reservation(command, SELF, 10, 0, 0x90), "too large an extent");
            assertEquals(0, reservation(command, SELF, -1, 0, 0x90));
            assertEquals(0, reservation(command, SELF, 0, 12, 0x90), "no page has so short an address");
            assertEquals(0, adjust(command, SELF, 0, 0, ARG + LIST, 1 << 26), "too many");
            assertEquals(0, adjust(command, SELF, 0, 0, ARG + LIST, -1));
            assertEquals(0, adjust(command, SELF, 0, 0, ARG + LIST, 0));
        }
        assertEquals(0, reservation(XENMEM_populate_physmap, SELF, 0, XENMEMF_populate_on_demand, 0x90));
        assertEquals(FRAMES, reservation.current());
    }

    @Test
    void increasingIsLimited() {
        assertEquals(0, adjust(XENMEM_increase_reservation, SELF, 0, 0, 0, 5));
        reservation(XENMEM_decrease_reservation, SELF, 1, 0, 0x90);
        assertEquals(2, adjust(XENMEM_increase_reservation, SELF, 0, 0, 0, 5));
    }

    @Test
    void aDomainThatEndsIsNotWaitedFor() {
        guest.domain.shutdown(0);
        assertEquals(0, reservation(XENMEM_decrease_reservation, SELF, 0, 0, 0x90));
    }

    @Test
    void aDomainAsksForItsOwnSize() {
        for (int command : new int[] {XENMEM_current_reservation, XENMEM_maximum_reservation, XENMEM_maximum_gpfn}) {
            long expected = command == XENMEM_maximum_gpfn ? FRAMES - 1 : FRAMES;
            assertEquals(expected, guest.call(memory_op, command, guest.put32(SELF)));
            assertEquals(expected, guest.call(memory_op, command, guest.put32(FakeDomain.DOMID)));
            assertEquals(-EPERM, guest.call(memory_op, command, guest.put32(0)));
            assertEquals(-EFAULT, guest.call(memory_op, command, UNMAPPED));
            assertEquals(-EINVAL, guest.call(memory_op, 5 << 6 | command, guest.put32(SELF)), "it is never half done");
        }
        assertEquals(FRAMES, guest.call(memory_op, XENMEM_maximum_ram_page, 0));
    }

    private long physmap(int space, int size, long index, long frame) {
        guest.put32(SELF | size << 16, space);
        guest.put64(8, index, frame);
        return guest.call(memory_op, XENMEM_add_to_physmap, ARG);
    }

    @Test
    void ramMovesWithinRam() {
        guest.domain.ram.set(ValueLayout.JAVA_INT, 0x9_0000, 42);
        guest.domain.ram.set(ValueLayout.JAVA_INT, 0x9_1000, 43);
        assertEquals(0, physmap(XENMAPSPACE_gmfn, 0, 0x90, 0xa0));
        assertEquals(42, guest.domain.ram.get(ValueLayout.JAVA_INT, 0xa_0000));
        assertEquals(-EINVAL, physmap(XENMAPSPACE_gmfn, 0, 0x90, 0xa0), "it is not there any more");
        assertEquals(-EINVAL, physmap(XENMAPSPACE_gmfn_range, 3, 0x91, 0xfe), "the range leaves the RAM");
        assertEquals(43, guest.domain.ram.get(ValueLayout.JAVA_INT, 0xf_e000), "after its first frames");
        assertEquals(0, physmap(XENMAPSPACE_gmfn_range, 0, -1, -1), "none at all");
        assertEquals(-ENOSYS, physmap(XENMAPSPACE_gmfn_foreign, 0, 0, 0xa0));
        assertEquals(-EACCES, physmap(XENMAPSPACE_dev_mmio, 0, 0, 0xa0));
        guest.put32(SELF | 1 << 16, XENMAPSPACE_gmfn_range);
        assertEquals(-EILSEQ, guest.call(memory_op, 2 << 6 | XENMEM_add_to_physmap, ARG));
        assertEquals(-EDOM, guest.call(memory_op, 0x1_0000L << 6 | XENMEM_add_to_physmap, ARG));
    }

    private long batch(int domid, int space, int size, int reserved) {
        guest.put32(domid | space << 16, size | reserved << 16);
        guest.put64(8, ARG + LIST, ARG + LIST + 0x100, ARG + LIST + 0x200);
        return guest.call(memory_op, XENMEM_add_to_physmap_batch, ARG);
    }

    @Test
    void aBatchHasAResultForEachFrame() {
        guest.put64(LIST, 0, 99, 1);
        guest.put64(LIST + 0x100, 0x90, 0x91, 0x92);
        assertEquals(0, batch(SELF, XENMAPSPACE_grant_table, 3, 0));
        assertEquals(0, guest.get32(LIST + 0x200));
        assertEquals(-EINVAL, guest.get32(LIST + 0x204));
        assertEquals(0, guest.get32(LIST + 0x208));
        assertEquals(2, guest.domain.grants().frameCount());
    }

    @Test
    void badBatchesAreRefused() {
        assertEquals(-EPERM, batch(0, XENMAPSPACE_grant_table, 1, 0));
        assertEquals(-EPERM, batch(SELF, XENMAPSPACE_gmfn_foreign, 1, 0));
        assertEquals(-EACCES, batch(SELF, XENMAPSPACE_dev_mmio, 1, 0));
        assertEquals(-EOPNOTSUPP, batch(SELF, XENMAPSPACE_gmfn_range, 1, 0));
        assertEquals(-EOPNOTSUPP, batch(SELF, XENMAPSPACE_grant_table, 1, 7));
        guest.put32(SELF | XENMAPSPACE_grant_table << 16, 1);
        guest.put64(8, UNMAPPED, ARG, ARG);
        assertEquals(-EFAULT, guest.call(memory_op, XENMEM_add_to_physmap_batch, ARG));
        assertEquals(-EILSEQ, guest.call(memory_op, 2 << 6 | XENMEM_add_to_physmap_batch, ARG));
        assertEquals(-EDOM, guest.call(memory_op, 0x1_0000L << 6 | XENMEM_add_to_physmap_batch, ARG));
        guest.assertFaultsOnBadPointers(memory_op, XENMEM_add_to_physmap_batch);
    }

    @Test
    void aFrameIsRemoved() {
        guest.put64(0, SELF, 0x90);
        assertEquals(0, guest.call(memory_op, XENMEM_remove_from_physmap, ARG));
        assertEquals(-ENOENT, guest.call(memory_op, XENMEM_remove_from_physmap, ARG));
        assertEquals(FRAMES, reservation.current());
        guest.put64(0, 0, 0x91);
        assertEquals(-EPERM, guest.call(memory_op, XENMEM_remove_from_physmap, ARG));
        guest.assertFaultsOnBadPointers(memory_op, XENMEM_remove_from_physmap);
    }

    @Test
    void whatIsNotForGuestsIsRefusedAsXenRefusesIt() {
        assertEquals(-EOPNOTSUPP, guest.call(memory_op, XENMEM_exchange, ARG));
        assertEquals(-EFAULT, guest.call(memory_op, XENMEM_exchange, UNMAPPED));
        assertEquals(-EINVAL, adjust(XENMEM_claim_pages, SELF, 0, 0, 0, 1));
        assertEquals(-EPERM, adjust(XENMEM_claim_pages, FakeDomain.DOMID, 0, 0, 0, 1));
        assertEquals(-EINVAL, adjust(XENMEM_claim_pages, FakeDomain.DOMID, 1, 0, 0, 1));
        for (int command : new int[] {XENMEM_machine_memory_map, XENMEM_set_memory_map, XENMEM_acquire_resource}) {
            assertEquals(-EPERM, guest.call(memory_op, command, ARG));
        }
        assertEquals(-EINVAL, guest.call(memory_op, XENMEM_get_pod_target, ARG));
        assertEquals(-EINVAL, guest.call(memory_op, XENMEM_set_pod_target, ARG));
        assertEquals(0, guest.call(memory_op, XENMEM_get_sharing_shared_pages, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 29, 62, 63, XENMEM_machphys_mapping, XENMEM_machphys_mfn_list})
    void otherOperationsAreUnknown(int command) {
        assertEquals(-ENOSYS, guest.call(memory_op, command, ARG));
    }
}
