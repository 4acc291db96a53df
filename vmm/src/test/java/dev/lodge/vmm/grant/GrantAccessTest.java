package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.memory.FrameList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a copy may reach, of domains that grant to each other and pass grants on: {@code GNTTABOP_copy}. */
class GrantAccessTest {

    private final GrantFixture fixture = new GrantFixture();
    private final GrantFixture.Side one = fixture.one;
    private final GrantFixture.Side two = fixture.two;
    private final GrantFixture.Side three = fixture.three;
    private final GrantAccess from = new GrantAccess();
    private final GrantAccess to = new GrantAccess();

    @Test
    void bytesGoFromAGrantedFrameToAnOwnOne() {
        two.fill(20, 7);
        two.grant1(8, GTF_permit_access, 1, 20);
        assertEquals(GNTST_okay, from.acquire(two.table, 8, 1, false));
        assertEquals(GTF_permit_access | 1 << 16 | GTF_reading, two.word1(8), "in use");
        assertTrue(two.table.isPinned(20));
        assertEquals(GNTST_okay, to.own(one.ram, 30));
        assertEquals(GNTST_okay, GrantAccess.copy(from, 10, to, 100, 50));
        from.release();
        to.release();
        assertEquals(GTF_permit_access | 1 << 16, two.word1(8));
        assertFalse(two.table.isPinned(20));
        assertEquals(0, one.get(30, 99));
        assertEquals(7, one.get(30, 100));
        assertEquals(7, one.get(30, 149));
        assertEquals(0, one.get(30, 150));
        assertEquals(0, two.table.uses());
    }

    @Test
    void aFrameIsWrittenOnlyIfThatWasGranted() {
        two.grant1(8, GTF_permit_access | GTF_readonly, 1, 20);
        assertEquals(GNTST_general_error, to.acquire(two.table, 8, 1, true));
        assertEquals(GTF_permit_access | GTF_readonly | 1 << 16, two.word1(8));
        two.grant1(8, GTF_permit_access, 1, 20);
        assertEquals(GNTST_okay, to.acquire(two.table, 8, 1, true));
        assertEquals(GTF_permit_access | 1 << 16 | GTF_reading | GTF_writing, two.word1(8));
        to.release();
    }

    @ParameterizedTest
    @CsvSource({"0,0,4097,-10", "4096,0,1,-10", "0,4095,2,-10", "65535,0,65535,-10", "0,0,4096,0", "4096,4096,0,0"})
    void noCopyCrossesTheEndOfAFrame(int fromOffset, int toOffset, int length, int status) {
        from.own(one.ram, 20);
        to.own(one.ram, 21);
        assertEquals(status, GrantAccess.copy(from, fromOffset, to, toOffset, length));
    }

    @Test
    void anOwnFrameIsRam() {
        for (long frame : new long[] {64, -1, 1L << 52 | 20, Long.MIN_VALUE}) {
            assertEquals(GNTST_bad_page, from.own(one.ram, frame));
        }
    }

    @ParameterizedTest
    @CsvSource({"100,50,0", "99,1,-1", "100,51,-1", "149,1,0", "150,1,-1", "0,0,-1"})
    void ofAPartOfAFrameNoMoreIsReached(int offset, int length, int status) {
        two.useVersion2();
        two.grant2(8, GTF_permit_access | GTF_sub_page, 1, 100 | 50 << 16, 20);
        assertEquals(GNTST_okay, from.acquire(two.table, 8, 1, false));
        to.own(one.ram, 30);
        assertEquals(status, GrantAccess.copy(from, offset, to, 0, length));
        from.release();
        assertEquals(0, two.status(8));
    }

    @Test
    void aGrantIsPassedOnOnce() {
        two.useVersion2();
        two.grant2(8, GTF_transitive, 1, 3, 9); // what domain 3 granted to 2 as 9, for domain 1
        three.grant1(9, GTF_permit_access, 2, 40);
        three.fill(40, 5);
        assertEquals(GNTST_okay, from.acquire(two.table, 8, 1, false));
        assertEquals(GTF_reading, two.status(8));
        assertEquals(GTF_permit_access | 2 << 16 | GTF_reading, three.word1(9));
        to.own(one.ram, 30);
        assertEquals(GNTST_okay, GrantAccess.copy(from, 0, to, 0, 4));
        from.release();
        assertEquals(5, one.get(30, 3));
        assertEquals(0, two.status(8));
        assertEquals(GTF_permit_access | 2 << 16, three.word1(9));

        three.useVersion2();
        three.grant2(9, GTF_transitive, 2, 1, 8);
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, false), "but not twice");
        assertEquals(0, two.status(8));
        assertEquals(0, three.status(9));
        assertEquals(0, two.table.uses() + three.table.uses());
    }

    @Test
    void aGrantIsNotPassedOnToWhomItWasNotOrFromWhereNobodyIs() {
        two.useVersion2();
        three.grant1(9, GTF_permit_access, 7, 40);
        two.grant2(8, GTF_transitive, 1, 3, 9);
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, false), "granted to 7, not to 2");
        two.grant2(8, GTF_transitive, 1, 9, 9);
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, false), "no domain 9");
        two.grant2(8, GTF_transitive, 1, 2, 9);
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, false), "itself");
        two.grant2(8, GTF_transitive, 1, 3, -1);
        assertEquals(GNTST_bad_gntref, from.acquire(two.table, 8, 1, false));
        three.grant1(9, GTF_permit_access | GTF_readonly, 2, 40);
        two.grant2(8, GTF_transitive, 1, 3, 9);
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, true), "only for reading");
        assertEquals(0, two.status(8));
        assertEquals(0, two.table.uses() + three.table.uses());
    }

    @Test
    void whatIsInUseGoesOnAsItWasGranted() {
        two.grant1(8, GTF_permit_access, 1, 20);
        assertEquals(GNTST_okay, from.acquire(two.table, 8, 1, false));
        two.grant1(8, GTF_permit_access | GTF_reading, 1, 33);
        GrantAccess again = new GrantAccess();
        assertEquals(GNTST_okay, again.acquire(two.table, 8, 1, false));
        assertFalse(two.table.isPinned(33));
        assertEquals(GNTST_general_error, to.acquire(two.table, 8, 3, false), "of another grantee");
        again.release();
        from.release();
        assertEquals(GNTST_okay, from.acquire(two.table, 8, 1, false));
        assertTrue(two.table.isPinned(33));
        from.release();
    }

    @Test
    void anEntryIsInUse255TimesAtMost() {
        two.grant1(8, GTF_permit_access, 1, 20);
        GrantAccess[] many = new GrantAccess[255];
        for (int i = 0; i < many.length; i++) {
            many[i] = new GrantAccess();
            assertEquals(GNTST_okay, many[i].acquire(two.table, 8, 1, false));
        }
        assertEquals(GNTST_general_error, from.acquire(two.table, 8, 1, false));
        for (GrantAccess each : many) {
            each.release();
            each.release();
        }
        assertEquals(0, two.table.uses());
    }

    @Test
    void aDomainGoesWhenNobodyCopiesAndLetsNobodyInAfterwards() throws InterruptedException {
        two.grant1(8, GTF_permit_access, 1, 20);
        from.acquire(two.table, 8, 1, false);
        Thread destroyer = Thread.ofPlatform().start(two.table::destroy);
        while (destroyer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(GNTST_bad_domain, to.acquire(two.table, 8, 1, false));
        from.release();
        destroyer.join();
        assertEquals(GNTST_bad_domain, from.acquire(two.table, 8, 1, false));
    }

    @Test
    void aConnectionGivesBackAllThatItMapped() {
        one.grant1(8, GTF_permit_access, 0, 20);
        one.grant1(9, GTF_permit_access | GTF_readonly, 0, 21);
        try (GrantMappings mappings = new GrantMappings(one.table)) {
            MemorySegment written = mappings.map(new GrantRef(8), true);
            written.set(ValueLayout.JAVA_BYTE, 0, (byte) 3);
            assertEquals(3, one.get(20, 0));
            MemorySegment read = mappings.map(new GrantRef(9), false);
            assertTrue(read.isReadOnly());
            FrameList frames = new FrameList();
            int handle = mappings.map(8, true, frames);
            assertEquals(3, frames.memory(0).get(ValueLayout.JAVA_BYTE, frames.offset(0)));
            mappings.unmap(handle);
            assertThrows(IllegalStateException.class, () -> mappings.unmap(handle));
            assertThrows(IllegalStateException.class, () -> mappings.unmap(handle + 1));
            assertThrows(IllegalStateException.class, () -> mappings.unmap(-1));
            assertEquals(2, mappings.count());
            int[] handles = new int[100];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = mappings.map(i % 2 == 0 ? 8 : 9, i % 4 == 0, frames);
                assertEquals(i % 4 != 0, frames.memory(i + 1).isReadOnly());
            }
            assertEquals(102, one.table.mappings());
            for (int i = 0; i < handles.length; i += 3) {
                mappings.unmap(handles[i]);
            }
            assertEquals(68, mappings.count());
            assertEquals(68, one.table.mappings());
        }
        assertEquals(0, one.table.mappings());
        assertEquals(0, one.table.uses());
        assertEquals(GTF_permit_access, one.word1(8));
        assertEquals(GTF_permit_access | GTF_readonly, one.word1(9));
    }

    @Test
    void domain0CopiesWhatAnEntryOfVersion1GrantsAndNothingElse() {
        one.fill(20, 9);
        one.grant1(8, GTF_permit_access, 0, 20);
        one.grant1(9, GTF_permit_access | GTF_readonly, 0, 20);
        one.grant1(10, GTF_permit_access, 2, 20);
        one.grant1(11, GTF_permit_access, 0, 1 << 20);
        one.grant1(12, 0, 0, 20);
        MemorySegment buffer = Arena.ofAuto().allocate(64);
        try (GrantMappings mappings = new GrantMappings(one.table)) {
            mappings.read(9, 4090, buffer, 4, 6);
            assertEquals(9, buffer.get(ValueLayout.JAVA_BYTE, 9));
            assertEquals(0, buffer.get(ValueLayout.JAVA_BYTE, 10));
            buffer.fill((byte) 1);
            mappings.write(8, 4090, buffer, 0, 6);
            assertEquals(9, one.get(20, 4089));
            assertEquals(1, one.get(20, 4095));
            for (int[] bad : new int[][] {{4090, 7}, {-1, 1}, {4097, 0}, {0, -1}, {Integer.MAX_VALUE, 1}}) {
                assertThrows(GuestFault.class, () -> mappings.read(8, bad[0], buffer, 0, bad[1]));
                assertThrows(GuestFault.class, () -> mappings.write(8, bad[0], buffer, 0, bad[1]));
            }
            assertThrows(GuestFault.class, () -> mappings.write(9, 0, buffer, 0, 1));
            for (int ref : new int[] {10, 11, 12, 1 << 20, -1}) {
                assertThrows(GuestFault.class, () -> mappings.read(ref, 0, buffer, 0, 1), "grant " + ref);
            }
            mappings.map(new GrantRef(8), true);
            mappings.read(8, 0, buffer, 0, 1);
            assertEquals(GTF_permit_access | GTF_reading | GTF_writing, one.word1(8), "the mapping goes on");
        }
        assertEquals(GTF_permit_access, one.word1(8));
        assertEquals(GTF_permit_access | GTF_readonly, one.word1(9));
        assertEquals(GTF_permit_access | 2 << 16, one.word1(10));
        assertEquals(GTF_permit_access, one.word1(11));
        assertEquals(0, one.table.uses());
    }

    @Test
    void domain0CopiesWithoutMapping() {
        one.useVersion2();
        one.fill(20, 9);
        one.grant2(8, GTF_permit_access | GTF_sub_page, 0, 100 | 50 << 16, 20);
        MemorySegment buffer = Arena.ofAuto().allocate(64);
        try (GrantMappings mappings = new GrantMappings(one.table)) {
            mappings.read(8, 100, buffer, 4, 50);
            assertEquals(9, buffer.get(ValueLayout.JAVA_BYTE, 53));
            buffer.fill((byte) 1);
            mappings.write(8, 120, buffer, 0, 10);
            assertEquals(1, one.get(20, 129));
            assertEquals(9, one.get(20, 130));
            for (int[] bad : new int[][] {{99, 2}, {100, 51}, {-1, 1}, {4096, 1}, {100, -1}}) {
                assertThrows(GuestFault.class, () -> mappings.read(8, bad[0], buffer, 0, bad[1]));
                assertThrows(GuestFault.class, () -> mappings.write(8, bad[0], buffer, 0, bad[1]));
            }
            assertThrows(GuestFault.class, () -> mappings.read(7, 0, buffer, 0, 1));
            assertEquals(0, one.table.uses());
            assertEquals(0, one.status(8));
        }
    }
}
