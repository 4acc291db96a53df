package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_readonly;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_sub_page;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_transitive;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.grant.GrantFixture.Side;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conformance to {@code xen/include/public/grant_table.h}, version 2, and the change between versions. */
class GrantVersion2Test {

    private static final int BOTH = GTF_reading | GTF_writing;
    private static final GrantRef REF = new GrantRef(9);

    private final Side side = new GrantFixture().one;
    private final GrantTable table = side.table;

    @BeforeEach
    void useVersion2() {
        side.useVersion2();
    }

    @Test
    void theUseOfAnEntryStandsInTheStatusFrame() {
        side.grant2(9, GTF_permit_access, 0, 0, 20);
        assertEquals(side.memory.address() + 20 * 4096, table.map(REF, false).address());
        assertEquals(GTF_reading, side.status(9));
        table.map(REF, true);
        assertEquals(BOTH, side.status(9));
        assertEquals(0, side.status(8), "the neighbours are untouched");
        assertEquals(0, side.status(10));
        assertEquals(GTF_permit_access, side.word2(9), "and so is the entry");
        table.unmap(REF.value(), true);
        assertEquals(GTF_reading, side.status(9));
        table.unmap(REF.value(), false);
        assertEquals(0, side.status(9));
    }

    @Test
    void whatIsReadOnlyOrForOthersIsRefusedWithoutATrace() {
        side.grant2(9, GTF_permit_access | GTF_readonly, 0, 0, 20);
        assertThrows(GuestFault.class, () -> table.map(REF, true));
        side.grant2(9, GTF_permit_access, 5, 0, 20);
        assertThrows(GuestFault.class, () -> table.map(REF, false));
        side.grant2(9, 0, 0, 0, 20);
        assertThrows(GuestFault.class, () -> table.map(REF, false));
        assertEquals(0, side.status(9));
    }

    @Test
    void aPartOfAFrameAndAPassedOnGrantAreNotMapped() {
        side.grant2(9, GTF_permit_access | GTF_sub_page, 0, 100 | 50 << 16, 20);
        assertThrows(GuestFault.class, () -> table.map(REF, false));
        side.grant2(9, GTF_transitive, 0, 2, 8);
        assertThrows(GuestFault.class, () -> table.map(REF, false));
        assertEquals(0, side.status(9));
        assertEquals(0, table.uses());
    }

    @Test
    void aFrameNumberOf64BitsIsCheckedWhole() {
        for (long frame : new long[] {64, 1L << 32 | 20, 1L << 52 | 20, -1, Long.MIN_VALUE}) {
            side.grant2(9, GTF_permit_access, 0, 0, frame);
            assertThrows(GuestFault.class, () -> table.map(REF, false), "frame " + frame);
        }
        assertEquals(0, side.status(9));
    }

    @Test
    void aTableHasHalfAsManyEntries() {
        assertThrows(GuestFault.class, () -> table.map(new GrantRef(256), false));
        assertTrue(table.place(1, new FrameNumber(12)));
        assertThrows(GuestFault.class, () -> table.map(new GrantRef(512), false));
        side.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 12 * 4096L, GTF_permit_access);
        side.memory.set(java.lang.foreign.ValueLayout.JAVA_LONG, 12 * 4096L + 8, 20L);
        table.map(new GrantRef(256), true);
        assertEquals(BOTH, side.status(256));
    }

    @Test
    void theToolsEntriesSurviveTheChangeInUse() {
        assertEquals(0, table.setVersion(1));
        GrantRef console = new GrantRef(0);
        table.map(console, true);
        side.grant1(9, GTF_permit_access, 0, 20);
        assertEquals(0, table.setVersion(2));
        assertEquals(GTF_permit_access, side.word2(0));
        assertEquals(0, side.word2(9), "the others do not");
        table.place(0x8000_0000L, new FrameNumber(STATUS_AGAIN));
        assertEquals(BOTH, side.memory.get(java.lang.foreign.ValueLayout.JAVA_SHORT, STATUS_AGAIN * 4096L));
        assertEquals(0, table.setVersion(1));
        assertEquals(GTF_permit_access | BOTH, side.word1(0));
        table.unmap(console.value(), true);
        assertEquals(GTF_permit_access, side.word1(0));
    }

    private static final int STATUS_AGAIN = 13;

    @Test
    void aTableInUseKeepsItsVersion() {
        side.grant2(9, GTF_permit_access, 0, 0, 20);
        table.map(REF, false);
        assertEquals(-XenErrno.EBUSY, table.setVersion(1));
        assertEquals(2, table.version());
        assertEquals(GTF_permit_access, side.word2(9));
        table.unmap(REF.value(), false);
        assertEquals(0, table.setVersion(1));
    }

    @Test
    void whatVersion1CannotSayKeepsATableAtVersion2() {
        side.grant2(3, GTF_transitive, 0, 2, 8);
        assertEquals(-XenErrno.ERANGE, table.setVersion(1));
        side.grant2(3, GTF_permit_access, 0, 0, 1L << 32);
        assertEquals(-XenErrno.ERANGE, table.setVersion(1));
        side.grant2(3, 0, 0, 0, 1L << 32);
        assertEquals(0, table.setVersion(1));
    }

    @Test
    void statusFramesAreOfVersion2() {
        assertTrue(table.hasFrame(0x8000_0000L));
        assertFalse(table.hasFrame(0x8000_0001L), "one holds those of 8 frames");
        assertFalse(table.hasFrame(0x1_8000_0000L));
        assertFalse(table.hasFrame(-1));
        assertFalse(table.hasFrame(4));
        table.setVersion(1);
        assertFalse(table.hasFrame(0x8000_0000L));
        assertFalse(table.place(0x8000_0000L, new FrameNumber(12)));
    }
}
