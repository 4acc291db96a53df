package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_accept_transfer;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_invalid;
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
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/grant_table.h}, version 1. */
class GrantTableTest {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static final int MAX_FRAMES = 4;
    private static final int FRAMES = 64;
    private static final int CONSOLE = 60;
    private static final int XENSTORE = 61;
    private static final int TABLE = 10;
    private static final int DATA = 20;
    private static final GrantRef REF = new GrantRef(8);

    private final MemorySegment memory = Arena.ofAuto().allocate(FRAMES * 4096L, 4096);
    private final GrantTable grants = new GrantTable(
            1,
            new GuestRam(List.of(new GuestRam.Region(0, memory))),
            MAX_FRAMES,
            new FrameNumber(CONSOLE),
            new FrameNumber(XENSTORE),
            number -> null);

    @BeforeEach
    void placeTheFirstFrame() {
        memory.asSlice(TABLE * 4096L, 4096).fill((byte) 0xff); // what the guest had there before
        assertTrue(grants.place(0, new FrameNumber(TABLE)));
    }

    @Test
    void theTableStartsWithWhatTheToolsGrantedAndNothingElse() {
        assertEquals(GTF_permit_access, word(TABLE, 0));
        assertEquals(CONSOLE, frame(TABLE, 0));
        assertEquals(GTF_permit_access, word(TABLE, 1));
        assertEquals(XENSTORE, frame(TABLE, 1));
        for (int entry = 2; entry < 512; entry++) {
            assertEquals(0, word(TABLE, entry), "entry " + entry);
        }
        assertEquals(address(CONSOLE), grants.map(new GrantRef(0), true).address());
        assertEquals(address(XENSTORE), grants.map(new GrantRef(1), true).address());
    }

    @Test
    void anEntryShowsItsUseWhileItIsMapped() {
        grant(REF, GTF_permit_access, 0, DATA);
        MemorySegment mapped = grants.map(REF, false);
        assertEquals(address(DATA), mapped.address());
        assertEquals(4096, mapped.byteSize());
        assertEquals(GTF_permit_access | GTF_reading, word(TABLE, 8));
        grants.unmap(REF.value(), false);
        assertEquals(GTF_permit_access, word(TABLE, 8));
        grants.map(REF, true);
        assertEquals(GTF_permit_access | GTF_reading | GTF_writing, word(TABLE, 8));
        grants.unmap(REF.value(), true);
        assertEquals(GTF_permit_access, word(TABLE, 8));
    }

    @Test
    void theUseEndsWithTheLastOfSeveralMappings() {
        grant(REF, GTF_permit_access, 0, DATA);
        grants.map(REF, true);
        grants.map(REF, false);
        grants.map(REF, true);
        grants.unmap(REF.value(), true);
        assertEquals(GTF_permit_access | GTF_reading | GTF_writing, word(TABLE, 8));
        grants.unmap(REF.value(), true);
        assertEquals(GTF_permit_access | GTF_reading, word(TABLE, 8));
        grants.unmap(REF.value(), false);
        assertEquals(GTF_permit_access, word(TABLE, 8));
    }

    @Test
    void aReadOnlyGrantIsMappedForReadingOnly() {
        grant(REF, GTF_permit_access | GTF_readonly, 0, DATA);
        assertFault("grant 8 is read-only", REF, true);
        assertEquals(GTF_permit_access | GTF_readonly, word(TABLE, 8), "a refusal leaves no trace");
        grants.map(REF, false);
        assertEquals(GTF_permit_access | GTF_readonly | GTF_reading, word(TABLE, 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 0x7ff0, 0xffff})
    void anotherDomainsGrantIsNotDomain0s(int grantee) {
        grant(REF, GTF_permit_access, grantee, DATA);
        assertFault("grant 8 is for another domain", REF, false);
        assertEquals(GTF_permit_access | grantee << 16, word(TABLE, 8));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                GTF_invalid,
                GTF_accept_transfer,
                GTF_transitive,
                GTF_permit_access | GTF_sub_page,
                GTF_readonly,
                GTF_reading | GTF_writing,
                0xfffc
            })
    void whatGrantsNoAccessToAWholeFrameIsNotMapped(int flags) {
        grant(REF, flags, 0, DATA);
        assertThrows(GuestFault.class, () -> grants.map(REF, false));
        assertEquals(flags, word(TABLE, 8));
    }

    @ParameterizedTest
    @CsvSource({"512", "2047", "2048", "2147483647", "-1", "-2147483648", "-512"})
    void aReferenceBeyondTheTableIsAFault(int ref) {
        assertFault("grant " + Integer.toUnsignedString(ref) + " is beyond the grant table", new GrantRef(ref), false);
    }

    @ParameterizedTest
    @CsvSource({"64", "1048575", "2147483647", "-1", "-2147483648"})
    void aFrameThatIsNoRamIsAFaultAndLeavesNoTrace(int frame) {
        grant(REF, GTF_permit_access, 0, frame);
        assertThrows(GuestFault.class, () -> grants.map(REF, true));
        assertEquals(GTF_permit_access, word(TABLE, 8));
        grant(REF, GTF_permit_access, 0, DATA);
        grants.map(REF, true);
        grants.unmap(REF.value(), true);
        assertEquals(GTF_permit_access, word(TABLE, 8));
    }

    @Test
    void theTableMayBeMovedWhileAGrantIsMapped() {
        grant(REF, GTF_permit_access, 0, DATA);
        grants.map(REF, true);
        assertTrue(grants.place(0, new FrameNumber(11)));
        assertEquals(GTF_permit_access | GTF_reading | GTF_writing, word(11, 8));
        assertEquals(DATA, frame(11, 8));
        assertEquals(CONSOLE, frame(11, 0));
        grants.unmap(REF.value(), true);
        assertEquals(GTF_permit_access, word(11, 8));
        assertEquals(
                GTF_permit_access | GTF_reading | GTF_writing, word(TABLE, 8), "an old page, the guest's own again");
    }

    @Test
    void whatTheGuestWritesIntoAnEntryInUseDoesNotMoveTheMapping() {
        grant(REF, GTF_permit_access, 0, DATA);
        MemorySegment mapped = grants.map(REF, true);
        grant(REF, GTF_invalid, 7, 33);
        assertEquals(address(DATA), mapped.address());
        grants.unmap(REF.value(), true);
        assertEquals(7 << 16, word(TABLE, 8), "and is left as the guest wrote it");
    }

    @Test
    void moreFramesHoldMoreEntries() {
        assertFault("grant 600 is beyond the grant table", new GrantRef(600), false);
        assertTrue(grants.place(1, new FrameNumber(12)));
        assertEquals(2, grants.frameCount());
        entry(12, 600 - 512, GTF_permit_access, DATA);
        assertEquals(address(DATA), grants.map(new GrantRef(600), false).address());
        assertEquals(GTF_permit_access | GTF_reading, word(12, 88));
        assertEquals(0, word(12, 0), "only the first frame has reserved entries");
    }

    @Test
    void theTableGrowsUpToItsLimit() {
        assertEquals(1, grants.frameCount());
        assertEquals(MAX_FRAMES, grants.maxFrameCount());
        assertTrue(grants.grow(3));
        assertEquals(3, grants.frameCount());
        assertTrue(grants.grow(0), "never shrinks");
        assertEquals(3, grants.frameCount());
        assertFalse(grants.grow(MAX_FRAMES + 1));
        assertFalse(grants.grow(-1));
        assertFalse(grants.grow(Integer.MIN_VALUE));
        assertFalse(grants.place(MAX_FRAMES, new FrameNumber(12)));
        assertFalse(grants.place(-1, new FrameNumber(12)));
        assertEquals(3, grants.frameCount());
        assertThrows(GuestFault.class, () -> grants.place(1, new FrameNumber(FRAMES)));
        assertEquals(3, grants.frameCount());
        assertFault("grant 1500 grants no access of that kind", new GrantRef(1500), false);
        assertFault("grant 1536 is beyond the grant table", new GrantRef(1536), false);
    }

    /** What is mapped was granted: the type and the domain are never taken from two states of the entry. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void anEntryThatChangesAllTheTimeIsMappedAsItWasOrNotAtAll() throws InterruptedException {
        int granted = GTF_permit_access;
        int forAnother = GTF_permit_access | 9 << 16;
        AtomicBoolean stop = new AtomicBoolean();
        Thread guest = Thread.ofPlatform().start(() -> {
            MemorySegment table = memory.asSlice(TABLE * 4096L, 4096);
            while (!stop.get()) {
                INT.setVolatile(table, 64L, granted);
                INT.setVolatile(table, 64L, forAnother);
                INT.setVolatile(table, 64L, GTF_permit_access | GTF_readonly);
                INT.setVolatile(table, 64L, 0);
            }
        });
        entry(TABLE, 8, granted, DATA);
        int mapped = 0;
        int refused = 0;
        while (mapped < 200 || refused < 200) {
            try {
                assertEquals(address(DATA), grants.map(REF, true).address());
                grants.unmap(REF.value(), true);
                mapped++;
            } catch (GuestFault fault) {
                refused++;
            }
        }
        stop.set(true);
        guest.join();
        entry(TABLE, 8, granted, DATA);
        grants.map(REF, true);
        grants.unmap(REF.value(), true);
        assertEquals(granted, word(TABLE, 8), "the counts of mappings are right afterwards");
    }

    private void assertFault(String reason, GrantRef ref, boolean write) {
        assertEquals(
                reason,
                assertThrows(GuestFault.class, () -> grants.map(ref, write)).getMessage());
    }

    private void grant(GrantRef ref, int flags, int domid, int frame) {
        entry(TABLE, ref.value(), flags | domid << 16, frame);
    }

    private void entry(int table, int entry, int word, int frame) {
        memory.set(ValueLayout.JAVA_INT, table * 4096L + entry * 8L + 4, frame);
        INT.setRelease(memory, table * 4096L + entry * 8L, word);
    }

    private int word(int table, int entry) {
        return memory.get(ValueLayout.JAVA_INT, table * 4096L + entry * 8L);
    }

    private int frame(int table, int entry) {
        return memory.get(ValueLayout.JAVA_INT, table * 4096L + entry * 8L + 4);
    }

    private long address(int frame) {
        return memory.address() + frame * 4096L;
    }
}
