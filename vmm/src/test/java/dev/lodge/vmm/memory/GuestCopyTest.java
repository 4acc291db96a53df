package dev.lodge.vmm.memory;

import static dev.lodge.vmm.memory.TestTables.PRESENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lodge.vmm.abi.XenErrno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class GuestCopyTest {

    private static final long LINEAR = 0xffff_c900_0000_0000L; // where Linux has its vmapped stacks
    private static final long FIRST = 0x9_3000; // three pages, out of order
    private static final long SECOND = 0x9_1000;
    private static final long READ_ONLY = 0x9_5000;
    private static final long MMIO = 0xfee0_0000L;

    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 20, 4096);
    private final GuestRam ram = new GuestRam(List.of(new GuestRam.Region(0, memory)));
    private final TestTables tables = new TestTables(memory, 4, 0x1_0000)
            .map(LINEAR, FIRST)
            .map(LINEAR + 0x1000, SECOND)
            .map(LINEAR + 0x2000, READ_ONLY, 0, PRESENT)
            .map(LINEAR + 0x3000, MMIO)
            .map(-4096, SECOND)
            .map(0, FIRST);
    private final GuestCopy guest = new GuestCopy(ram, TestPaging.longMode(tables.root()));
    private final MemorySegment here = MemorySegment.ofArray(new byte[0x3000]);

    @Test
    void bytesThatCrossAPageComeFromBothPages() {
        fill(FIRST, 1);
        fill(SECOND, 2);
        guest.from(LINEAR + 0xffd, here, 5);
        assertArrayEquals(new byte[] {1, 1, 1, 2, 2, 0}, bytes(here, 0, 6));
    }

    @Test
    void bytesThatCrossAPageGoToBothPages() {
        here.asSlice(0x10, 4).fill((byte) 7);
        guest.to(LINEAR + 0xffe, here, 0x10, 4);
        assertArrayEquals(new byte[] {0, 7, 7}, bytes(memory, FIRST + 0xffd, 3));
        assertArrayEquals(new byte[] {7, 7, 0}, bytes(memory, SECOND, 3));
    }

    @Test
    void aCopyMayBeLongerThanAPage() {
        fill(FIRST, 1);
        fill(SECOND, 2);
        fill(READ_ONLY, 3);
        guest.from(LINEAR + 0x800, here, 0x2000);
        assertArrayEquals(new byte[] {1, 2}, bytes(here, 0x7ff, 2));
        assertArrayEquals(new byte[] {2, 3}, bytes(here, 0x17ff, 2));
        assertEquals(3, here.get(ValueLayout.JAVA_BYTE, 0x1fff));
    }

    @Test
    void nothingIsTouchedForNoBytes() {
        guest.from(0x8000_0000_0000_0000L, here, 0);
        guest.to(0x8000_0000_0000_0000L, here, 0, 0);
    }

    @Test
    void whatIsNotReadableRamIsABadAddress() {
        assertBadAddress(() -> guest.from(LINEAR - 0x1000, here, 1));
        assertBadAddress(() -> guest.from(LINEAR + 0x4000, here, 1));
        assertBadAddress(() -> guest.from(LINEAR + 0x3000, here, 8));
        assertBadAddress(() -> guest.from(0x0000_8000_0000_0000L, here, 1));
        assertBadAddress(() -> guest.from(0x1000, here, 1));
    }

    @Test
    void whatIsNotWritableRamIsABadAddress() {
        assertBadAddress(() -> guest.to(LINEAR + 0x2000, here, 0, 1));
        assertBadAddress(() -> guest.to(LINEAR + 0x3000, here, 0, 8));
        assertBadAddress(() -> guest.to(LINEAR + 0x4000, here, 0, 1));
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, READ_ONLY));
        guest.from(LINEAR + 0x2000, here, 1);
    }

    @Test
    void aCopyThatRunsIntoABadPageStopsThere() {
        fill(READ_ONLY, 3);
        assertBadAddress(() -> guest.from(LINEAR + 0x2ffe, here, 4));
        assertArrayEquals(new byte[] {3, 3, 0, 0}, bytes(here, 0, 4));
        here.fill((byte) 9);
        assertBadAddress(() -> guest.to(LINEAR + 0x1ffe, here, 0, 4));
        assertArrayEquals(new byte[] {9, 9}, bytes(memory, SECOND + 0xffe, 2));
        assertEquals(3, memory.get(ValueLayout.JAVA_BYTE, READ_ONLY));
    }

    @Test
    void aRangeThatWrapsRoundTheAddressSpaceFollowsThePagesAsACpuWould() {
        fill(SECOND, 2);
        fill(FIRST, 1);
        guest.from(-2, here, 4);
        assertArrayEquals(new byte[] {2, 2, 1, 1}, bytes(here, 0, 4));
    }

    @Test
    void aPageBehindTheEndOfRamIsABadAddress() {
        tables.map(LINEAR + 0x8000, 1 << 20).map(LINEAR + 0x9000, 0x000f_ffff_ffff_f000L);
        assertBadAddress(() -> guest.from(LINEAR + 0x8000, here, 1));
        assertBadAddress(() -> guest.to(LINEAR + 0x9fff, here, 0, 1));
    }

    @Test
    void pagesOfDifferentRegionsAreOneRangeToTheGuest() {
        MemorySegment other = Arena.ofAuto().allocate(4096, 4096).fill((byte) 5);
        ram.add(new GuestRam.Region(0x1_0000_0000L, other));
        fill(SECOND, 2);
        tables.map(LINEAR + 0x2000, 0x1_0000_0000L);
        guest.from(LINEAR + 0x1fff, here, 2);
        assertArrayEquals(new byte[] {2, 5}, bytes(here, 0, 2));
    }

    private void fill(long address, int value) {
        memory.asSlice(address, 4096).fill((byte) value);
    }

    private static byte[] bytes(MemorySegment segment, long offset, int count) {
        return segment.asSlice(offset, count).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void assertBadAddress(Executable copy) {
        assertEquals(XenErrno.EFAULT, assertThrows(XenErrno.class, copy).errno());
    }
}
