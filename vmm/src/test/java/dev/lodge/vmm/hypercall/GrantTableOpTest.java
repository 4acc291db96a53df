package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.grant_table_op;
import static dev.lodge.vmm.abi.HypercallNumber.memory_op;
import static dev.lodge.vmm.abi.XenErrno.EBUSY;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GrantRef;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.MemoryAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/grant_table.h}: where arguments stand and answers go, as Xen 4.17 has them. */
class GrantTableOpTest {

    private static final int SELF = DomainIds.DOMID_SELF;
    private static final int COPY_SIZE = gnttab_copy.size(GuestWidth.BITS_64);
    private static final int OTHER = 2;
    private static final int NOBODY = 9;
    private static final int TABLE = 0x90;
    private static final int OWN_FRAME = 0xa0;
    private static final int OTHERS_FRAME = 0xb0;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @BeforeEach
    void placeTheTables() {
        domain.grants().place(0, new FrameNumber(TABLE));
        domain.othersGrants.place(0, new FrameNumber(TABLE));
    }

    @Test
    void theTablesSizeIsTold() {
        assertEquals(0, op(GNTTABOP_query_size, SELF, -1, -1, -1));
        assertEquals(List.of(1, 4, GNTST_okay), List.of(guest.get32(4), guest.get32(8), guest.get16(12)));
        assertEquals(0, op(GNTTABOP_query_size, OTHER, -1, -1, -1));
        assertEquals(
                List.of(-1, -1, GNTST_permission_denied), List.of(guest.get32(4), guest.get32(8), guest.get16(12)));
        op(GNTTABOP_query_size, 0, -1, -1, -1);
        assertEquals(GNTST_permission_denied, guest.get16(12));
        op(GNTTABOP_query_size, NOBODY, -1, -1, -1);
        assertEquals(GNTST_bad_domain, guest.get16(12));
    }

    @Test
    void theTableGrowsToItsLimitAndTellsWhereItIs() {
        guest.put32(SELF, 3, -1, -1);
        guest.put64(16, ARG + 0x100);
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_setup_table, ARG, 1));
        assertEquals(GNTST_okay, guest.get16(8));
        assertEquals(3, domain.grants().frameCount());
        assertEquals(TABLE, guest.get64(0x100));
        assertEquals(-1, guest.get64(0x108), "not placed yet");
        assertEquals(-1, guest.get64(0x110));
        for (int frames : new int[] {5, -1, Integer.MIN_VALUE}) {
            assertEquals(0, op(GNTTABOP_setup_table, SELF, frames, -1, -1, 0, 0));
            assertEquals(GNTST_general_error, guest.get16(8));
        }
        guest.put32(SELF, 1, -1, -1);
        guest.put64(16, UNMAPPED);
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_setup_table, ARG, 1));
        assertEquals(GNTST_bad_virt_addr, guest.get16(8));
        op(GNTTABOP_setup_table, 0, 4, -1, -1, 0, 0);
        assertEquals(GNTST_permission_denied, guest.get16(8));
        op(GNTTABOP_setup_table, NOBODY, 4, -1, -1, 0, 0);
        assertEquals(GNTST_bad_domain, guest.get16(8));
        assertEquals(3, domain.grants().frameCount());
    }

    @Test
    void theVersionIsChosenWhereNothingIsInUse() {
        assertEquals(0, op(GNTTABOP_get_version, SELF, -1));
        assertEquals(1, guest.get32(4));
        assertEquals(-EPERM, op(GNTTABOP_get_version, OTHER, -1));
        assertEquals(-ESRCH, op(GNTTABOP_get_version, NOBODY, -1));
        assertEquals(0, op(GNTTABOP_set_version, 2));
        assertEquals(2, domain.grants().version());
        for (int bad : new int[] {0, 3, -1, Integer.MIN_VALUE}) {
            assertEquals(-EINVAL, op(GNTTABOP_set_version, bad));
            assertEquals(2, guest.get32(0), "what it stays at");
        }
        assertEquals(0, op(GNTTABOP_set_version, 1));
        grant(domain.ram, 8, GTF_permit_access, 0, OWN_FRAME);
        domain.grants().map(new GrantRef(8), false);
        assertEquals(-EBUSY, op(GNTTABOP_set_version, 2));
        assertEquals(1, guest.get32(0));
    }

    @Test
    void statusFramesArePlacedAsVersion2HasThem() {
        long status = Integer.toUnsignedLong(MemoryAbi.XENMAPIDX_grant_table_status);
        assertEquals(-EINVAL, physmap(status, 0x91));
        op(GNTTABOP_set_version, 2);
        assertEquals(0, physmap(status, 0x91));
        assertEquals(-EINVAL, physmap(status + 1, 0x91));
        assertEquals(0, physmap(3, 0x92));
        assertEquals(4, domain.grants().frameCount());
        assertEquals(-EINVAL, physmap(4, 0x92));
        domain.grants().map(new GrantRef(0), true);
        assertEquals(GTF_reading | GTF_writing, domain.ram.get(ValueLayout.JAVA_SHORT, 0x91 * 4096L));
    }

    @Test
    void entriesAreSwappedWhileNobodyUsesThem() {
        grant(domain.ram, 8, GTF_permit_access, 5, OWN_FRAME);
        assertEquals(0, op(GNTTABOP_swap_grant_ref, 8, 20, -1));
        assertEquals(GNTST_okay, guest.get16(8));
        assertEquals(0, word(domain.ram, 8));
        assertEquals(GTF_permit_access | 5 << 16, word(domain.ram, 20));
        assertEquals(OWN_FRAME, domain.ram.get(ValueLayout.JAVA_INT, TABLE * 4096L + 20 * 8 + 4));
        assertEquals(0, op(GNTTABOP_swap_grant_ref, 20, 512, -1));
        assertEquals(GNTST_bad_gntref, guest.get16(8));
        op(GNTTABOP_swap_grant_ref, -1, 20, -1);
        assertEquals(GNTST_bad_gntref, guest.get16(8));
        domain.grants().map(new GrantRef(0), true);
        op(GNTTABOP_swap_grant_ref, 20, 0, -1);
        assertEquals(GNTST_eagain, guest.get16(8));
        op(GNTTABOP_swap_grant_ref, 0, 0, -1);
        assertEquals(GNTST_okay, guest.get16(8));
    }

    @Test
    void aGuestHasNoRoomToMapAnything() {
        assertEquals(GNTST_no_space, mapStatus(GNTMAP_host_map, 8, OTHER));
        assertEquals(GNTST_no_space, mapStatus(GNTMAP_host_map | GNTMAP_readonly, 8, 0));
        assertEquals(GNTST_bad_domain, mapStatus(GNTMAP_host_map, 8, NOBODY));
        assertEquals(GNTST_bad_domain, mapStatus(GNTMAP_host_map, 8, SELF), "as Xen has it");
        assertEquals(GNTST_bad_gntref, mapStatus(GNTMAP_readonly, 8, OTHER));
        assertEquals(GNTST_general_error, mapStatus(GNTMAP_device_map, 8, OTHER));
        assertEquals(GNTST_general_error, mapStatus(GNTMAP_host_map | GNTMAP_contains_pte, 8, OTHER));
        assertEquals(0, op(GNTTABOP_unmap_grant_ref, 0, 0, 0, 0, 0, -1));
        assertEquals(GNTST_bad_handle, guest.get16(20));
    }

    private int mapStatus(int flags, int ref, int domid) {
        assertEquals(0, op(GNTTABOP_map_grant_ref, 0, 0, flags, ref, domid, 0, 0, 0));
        return guest.get16(18);
    }

    @Test
    void bytesAreCopiedBetweenDomainsAsGranted() {
        domain.othersRam.asSlice(OTHERS_FRAME * 4096L, 4096).fill((byte) 7);
        grant(domain.othersRam, 8, GTF_permit_access, FakeDomain.DOMID, OTHERS_FRAME);
        put(0, 8, OTHER, 16, OWN_FRAME, SELF, 32, 100, GNTCOPY_source_gref);
        put(1, OWN_FRAME, SELF, 32, 8, OTHER, 4000, 50, GNTCOPY_dest_gref);
        domain.ram.set(ValueLayout.JAVA_BYTE, OWN_FRAME * 4096L + 31, (byte) 1);
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_copy, ARG, 2));
        assertEquals(List.of(GNTST_okay, GNTST_okay), List.of(copyStatus(0), copyStatus(1)));
        assertEquals(7, domain.ram.get(ValueLayout.JAVA_BYTE, OWN_FRAME * 4096L + 131));
        assertEquals(0, domain.ram.get(ValueLayout.JAVA_BYTE, OWN_FRAME * 4096L + 132));
        assertEquals(GTF_permit_access | FakeDomain.DOMID << 16, word(domain.othersRam, 8));
        assertEquals(0, domain.othersGrants.uses());
    }

    @Test
    void aCopyMayBeWithinOneDomainAndOneFrame() {
        for (int i = 0; i < 100; i++) {
            domain.ram.set(ValueLayout.JAVA_BYTE, OWN_FRAME * 4096L + i, (byte) i);
        }
        grant(domain.ram, 9, GTF_permit_access, FakeDomain.DOMID, OWN_FRAME);
        put(0, 9, SELF, 0, OWN_FRAME, SELF, 10, 100, GNTCOPY_source_gref);
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_copy, ARG, 1));
        assertEquals(GNTST_okay, copyStatus(0));
        assertEquals(99, domain.ram.get(ValueLayout.JAVA_BYTE, OWN_FRAME * 4096L + 109));
    }

    @Test
    void whatWasNotGrantedIsNotCopiedAndTheNextCopyIs() {
        grant(domain.othersRam, 8, GTF_permit_access | GTF_readonly, FakeDomain.DOMID, OTHERS_FRAME);
        grant(domain.othersRam, 9, GTF_permit_access, 5, OTHERS_FRAME);
        grant(domain.othersRam, 10, GTF_permit_access, FakeDomain.DOMID, 0x100);
        put(0, OTHERS_FRAME, OTHER, 0, OWN_FRAME, SELF, 0, 1, 0);
        put(1, OWN_FRAME, SELF, 0, 8, OTHER, 0, 1, GNTCOPY_dest_gref);
        put(2, 9, OTHER, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        put(3, 10, OTHER, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        put(4, 512, OTHER, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        put(5, 8, NOBODY, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        put(6, 8, 0, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        put(7, 0x100, SELF, 0, OWN_FRAME, SELF, 0, 1, 0);
        put(8, OWN_FRAME, SELF, 0, -1, SELF, 0, 1, 0);
        put(9, 8, OTHER, 4000, OWN_FRAME, SELF, 0, 97, GNTCOPY_source_gref);
        put(10, 8, OTHER, 0, OWN_FRAME, SELF, 0xffff, 0xffff, GNTCOPY_source_gref);
        put(11, 8, OTHER, 0, OWN_FRAME, SELF, 0, 4096, GNTCOPY_source_gref);
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_copy, ARG, 12));
        int[] expected = {
            GNTST_permission_denied,
            GNTST_general_error,
            GNTST_general_error,
            GNTST_bad_page,
            GNTST_bad_gntref,
            GNTST_bad_domain,
            GNTST_general_error,
            GNTST_bad_page,
            GNTST_bad_page,
            GNTST_bad_copy_arg,
            GNTST_bad_copy_arg,
            GNTST_okay
        };
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], copyStatus(i), "copy " + i);
        }
        assertEquals(0, domain.othersGrants.uses());
        assertEquals(0, domain.grants().uses());
    }

    @Test
    void aListOfCopiesEndsWhereItCannotBeReadAndWithTheDomain() {
        grant(domain.othersRam, 8, GTF_permit_access, FakeDomain.DOMID, OTHERS_FRAME);
        put(0, 8, OTHER, 0, OWN_FRAME, SELF, 0, 1, GNTCOPY_source_gref);
        assertEquals(-EFAULT, guest.call(grant_table_op, GNTTABOP_copy, READ_ONLY, 1));
        assertEquals(0, domain.othersGrants.uses());
        assertEquals(-EFAULT, guest.call(grant_table_op, GNTTABOP_copy, ARG, Integer.MAX_VALUE));
        domain.ending = true;
        assertEquals(0, guest.call(grant_table_op, GNTTABOP_copy, UNMAPPED, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                GNTTABOP_query_size,
                GNTTABOP_setup_table,
                GNTTABOP_set_version,
                GNTTABOP_get_version,
                GNTTABOP_copy,
                GNTTABOP_map_grant_ref,
                GNTTABOP_unmap_grant_ref,
                GNTTABOP_swap_grant_ref
            })
    void aBadPointerIsEfaultAndABadCountEinval(int command) {
        guest.assertFaultsOnBadPointers(grant_table_op, command);
        guest.put32(SELF, 0);
        assertEquals(-EFAULT, guest.call(grant_table_op, command, READ_ONLY, 1));
        assertEquals(-EINVAL, guest.call(grant_table_op, command, ARG, -1));
        assertEquals(-EINVAL, guest.call(grant_table_op, command, ARG, 1L << 31));
    }

    @Test
    void sizesAreAskedForOneAtATimeAndListsMayBeEmpty() {
        for (int command : new int[] {GNTTABOP_query_size, GNTTABOP_setup_table}) {
            assertEquals(-EINVAL, guest.call(grant_table_op, command, ARG, 0));
            assertEquals(-EINVAL, guest.call(grant_table_op, command, ARG, 2));
        }
        for (int command : new int[] {GNTTABOP_copy, GNTTABOP_map_grant_ref, GNTTABOP_swap_grant_ref}) {
            assertEquals(0, guest.call(grant_table_op, command, UNMAPPED, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                GNTTABOP_dump_table,
                GNTTABOP_transfer,
                GNTTABOP_unmap_and_replace,
                GNTTABOP_get_status_frames,
                GNTTABOP_cache_flush,
                13,
                -1,
                GNTTABOP_copy | 1 << 20
            })
    void whatXenDoesNotDoForSuchAGuestIsNotImplemented(int command) {
        assertEquals(-ENOSYS, guest.call(grant_table_op, command, ARG, 1));
    }

    private long op(int command, int... fields) {
        return guest.call(grant_table_op, command, guest.put32(fields), 1);
    }

    private long physmap(long index, long frame) {
        guest.put32(SELF, MemoryAbi.XENMAPSPACE_grant_table);
        guest.put64(8, index, frame);
        return guest.call(memory_op, MemoryAbi.XENMEM_add_to_physmap, ARG);
    }

    private void put(
            int index,
            long from,
            int fromDomid,
            int fromOffset,
            long to,
            int toDomid,
            int toOffset,
            int length,
            int how) {
        int at = index * COPY_SIZE;
        guest.memory.set(ValueLayout.JAVA_LONG, at, from);
        put16(at + 8, fromDomid, fromOffset);
        guest.memory.set(ValueLayout.JAVA_LONG, at + 16, to);
        put16(at + 24, toDomid, toOffset);
        put16(at + 32, length, how);
        put16(at + 36, 99, 0);
    }

    private void put16(int offset, int first, int second) {
        guest.memory.set(ValueLayout.JAVA_INT, offset, first & 0xffff | second << 16);
    }

    private int copyStatus(int index) {
        return guest.get16(index * COPY_SIZE + 36);
    }

    private static void grant(MemorySegment ram, int ref, int flags, int domid, int frame) {
        ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L, flags | domid << 16);
        ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L + 4, frame);
    }

    private static int word(MemorySegment ram, int ref) {
        return ram.get(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L);
    }
}
