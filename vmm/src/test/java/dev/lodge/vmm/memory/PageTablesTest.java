package dev.lodge.vmm.memory;

import static dev.lodge.vmm.memory.PageTables.UNMAPPED;
import static dev.lodge.vmm.memory.TestTables.ACCESSED_DIRTY_GLOBAL_NX;
import static dev.lodge.vmm.memory.TestTables.PRESENT;
import static dev.lodge.vmm.memory.TestTables.READ_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to Intel's SDM volume 3, chapter 4, as far as a kernel's data accesses go. */
class PageTablesTest {

    private static final long KERNEL = 0xffff_8880_1234_5000L;
    private static final long ROOT = 0x1_0000;

    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 20, 4096);
    private final PageTables walker =
            new PageTables(new GuestRam(List.of(new GuestRam.Region(0, memory.asSlice(0, 1 << 20)))));

    @Test
    void withoutPagingAnAddressIsPhysicalAndOf32Bits() {
        assertEquals(0x1234, walker.translate(TestPaging.none(), 0x1234, true));
        assertEquals(0x8000_0000L, walker.translate(TestPaging.none(), 0xffff_ffff_8000_0000L, true));
        var pagingWithoutProtection = new TestPaging(TestPaging.PG, ROOT, TestPaging.PAE, TestPaging.LMA);
        assertEquals(0x1234, walker.translate(pagingWithoutProtection, 0x1234, false));
    }

    @Test
    void fourLevelsMapPagesOfThreeSizes() {
        TestTables tables = new TestTables(memory, 4, ROOT)
                .map(KERNEL, 0x7_1000)
                .map(KERNEL + (1 << 21), 0x20_0000, 1, READ_WRITE)
                .map(KERNEL + (1 << 30), 0x4000_0000L, 2, READ_WRITE);
        TestPaging mode = TestPaging.longMode(tables.root());
        assertEquals(0x7_1fff, walker.translate(mode, KERNEL + 0xfff, true));
        assertEquals(
                0x20_0000 + (KERNEL & 0x1f_ffff) + 7, walker.translate(mode, KERNEL + (1 << 21) + 7, true), "2 MiB");
        assertEquals(
                0x4000_0000L + (KERNEL & 0x3fff_ffff) + 7,
                walker.translate(mode, KERNEL + (1 << 30) + 7, true),
                "1 GiB");
    }

    @Test
    void fiveLevelsMapWhatFourCannotName() {
        long address = 0xff11_0000_dead_b000L;
        TestTables tables =
                new TestTables(memory, 5, ROOT).map(address, 0x7_1000).map(0x00f1_2345_6789_a000L, 0x7_2000);
        TestPaging mode = TestPaging.fiveLevels(tables.root());
        assertEquals(0x7_1123, walker.translate(mode, address + 0x123, true));
        assertEquals(0x7_2000, walker.translate(mode, 0x00f1_2345_6789_a000L, true));
        assertEquals(UNMAPPED, walker.translate(TestPaging.longMode(tables.root()), address, false));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0x0000_8000_0000_0000L, 0xffff_7fff_ffff_f000L, 0x8000_0000_0000_0000L, 0x0001_0000_0000_0000L})
    void anAddressThatIsNotCanonicalIsNotMapped(long address) {
        TestTables tables = new TestTables(memory, 4, ROOT).map(address & 0xffff_ffff_ffffL, 0x7_1000);
        assertEquals(UNMAPPED, walker.translate(TestPaging.longMode(tables.root()), address, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x0100_0000_0000_0000L, 0xfeff_ffff_ffff_f000L})
    void withFiveLevelsAnAddressNeeds57Bits(long address) {
        TestTables tables = new TestTables(memory, 5, ROOT).map(address & 0x01ff_ffff_ffff_ffffL, 0x7_1000);
        assertEquals(UNMAPPED, walker.translate(TestPaging.fiveLevels(tables.root()), address, false));
    }

    @Test
    void theLastAddressOfEitherHalfIsCanonical() {
        TestTables tables = new TestTables(memory, 4, ROOT)
                .map(0x0000_7fff_ffff_f000L, 0x7_1000)
                .map(-4096, 0x7_2000);
        TestPaging mode = TestPaging.longMode(tables.root());
        assertEquals(0x7_1fff, walker.translate(mode, 0x0000_7fff_ffff_ffffL, true));
        assertEquals(0x7_2fff, walker.translate(mode, -1, true));
    }

    @Test
    void flagsAreNoPartOfTheAddress() {
        TestTables tables = new TestTables(memory, 4, ROOT)
                .map(KERNEL, 0x7_1000, 0, READ_WRITE | ACCESSED_DIRTY_GLOBAL_NX | 0xe00)
                // In a large page's entry bit 12 is a memory type.
                .map(KERNEL + (1 << 21), 0x20_0000, 1, READ_WRITE | ACCESSED_DIRTY_GLOBAL_NX | 1 << 12)
                .map(KERNEL + (1 << 30), 0x4000_0000L, 2, READ_WRITE | ACCESSED_DIRTY_GLOBAL_NX | 1 << 12);
        TestPaging mode = new TestPaging(
                TestPaging.PE | TestPaging.PG | TestPaging.WP,
                tables.root() | 1L << 63 | 0x18, // no flush; cache bits
                TestPaging.PAE,
                TestPaging.LMA);
        assertEquals(0x7_1000, walker.translate(mode, KERNEL, true));
        assertEquals(0x20_0000 | KERNEL & 0x1f_ffff, walker.translate(mode, KERNEL + (1 << 21), true));
        assertEquals(0x4000_0000L | KERNEL & 0x3fff_ffff, walker.translate(mode, KERNEL + (1 << 30), true));
    }

    @Test
    void atEveryLevelAnEntryThatIsNotPresentEndsTheWalk() {
        for (int level = 0; level < 5; level++) {
            TestTables tables = new TestTables(memory.fill((byte) 0), 5, ROOT).map(KERNEL, 0x7_1000);
            tables.change(KERNEL, level, tables.entry(KERNEL, level) & ~PRESENT);
            assertEquals(
                    UNMAPPED, walker.translate(TestPaging.fiveLevels(tables.root()), KERNEL, false), "level " + level);
        }
    }

    @Test
    void atEveryLevelReadOnlyKeepsWritesOutIfTheKernelHonoursIt() {
        for (int level = 0; level < 4; level++) {
            TestTables tables = new TestTables(memory.fill((byte) 0), 4, ROOT).map(KERNEL, 0x7_1000);
            tables.change(KERNEL, level, tables.entry(KERNEL, level) & ~TestTables.WRITABLE);
            TestPaging mode = TestPaging.longMode(tables.root());
            assertEquals(0x7_1000, walker.translate(mode, KERNEL, false), "level " + level);
            assertEquals(UNMAPPED, walker.translate(mode, KERNEL, true), "level " + level);
            assertEquals(0x7_1000, walker.translate(mode.withoutWriteProtection(), KERNEL, true), "level " + level);
        }
    }

    @Test
    void atEveryLevelATableOutsideRamMapsNothing() {
        for (int level = 1; level < 4; level++) {
            for (long where : new long[] {1 << 20, 0x000f_ffff_ffff_f000L, 0xfee0_0000L}) {
                TestTables tables = new TestTables(memory.fill((byte) 0), 4, ROOT).map(KERNEL, 0x7_1000);
                tables.change(KERNEL, level, where | READ_WRITE);
                assertEquals(UNMAPPED, walker.translate(TestPaging.longMode(tables.root()), KERNEL, false));
            }
        }
        assertEquals(UNMAPPED, walker.translate(TestPaging.longMode(0x000f_ffff_ffff_f000L), KERNEL, false), "root");
        assertEquals(UNMAPPED, walker.translate(TestPaging.pae(0xffff_ffe0L), 0x1000, false), "PAE's root");
        assertEquals(UNMAPPED, walker.translate(TestPaging.twoLevels(0xffff_f000L), 0x1000, false), "32-bit root");
    }

    @Test
    void aTableThatPointsAtItselfIsWalkedOnceALevel() {
        memory.set(ValueLayout.JAVA_LONG, ROOT, ROOT | READ_WRITE);
        memory.set(ValueLayout.JAVA_LONG, ROOT + 511 * 8, ROOT | READ_WRITE);
        assertEquals(ROOT + 0x123, walker.translate(TestPaging.longMode(ROOT), 0x123, true));
        assertEquals(ROOT + 0x123, walker.translate(TestPaging.fiveLevels(ROOT), 0x123, true));
        assertEquals(ROOT + 0xff8, walker.translate(TestPaging.longMode(ROOT), -8, true));
        assertEquals(ROOT + 0x123, walker.translate(TestPaging.pae(ROOT), 0x123, true));
        assertEquals(ROOT + 0x123, walker.translate(TestPaging.twoLevels(ROOT), 0x123, true));
    }

    @Test
    void paeHasFourPointersWhereverTheyLieIn32Bytes() {
        TestTables tables = new TestTables(memory, 3, ROOT)
                .map(0xc012_3000L, 0x7_1000)
                .map(0x4020_0000L, 0x40_0000, 1, READ_WRITE)
                .map(0x8000_0000L, 0x7_2000, 0, PRESENT);
        MemorySegment.copy(memory, ROOT, memory, 0x6_0020, 32);
        TestPaging mode = TestPaging.pae(0x6_0020);
        assertEquals(0x7_1456, walker.translate(mode, 0xc012_3456L, true));
        assertEquals(
                0x7_1456, walker.translate(mode, 0xffff_ffff_c012_3456L, true), "the high half counts for nothing");
        assertEquals(0x40_0007, walker.translate(mode, 0x4020_0007L, true));
        assertEquals(0x7_2000, walker.translate(mode, 0x8000_0000L, false));
        assertEquals(UNMAPPED, walker.translate(mode, 0x8000_0000L, true), "read-only");
        assertEquals(UNMAPPED, walker.translate(mode, 0x1000, false), "no pointer");
        assertEquals(0x7_1456, walker.translate(TestPaging.pae(tables.root()), 0xc012_3456L, true));
    }

    @Test
    void paeReachesBeyond32Bits() {
        TestTables tables = new TestTables(memory, 3, ROOT).map(0x1000, 0xf_1234_5000L);
        assertEquals(0xf_1234_5678L, walker.translate(TestPaging.pae(tables.root()), 0x1678, true));
    }

    @Test
    void twoLevelsMapPagesOf4KibAnd4Mib() {
        TestTables tables = new TestTables(memory, 2, ROOT)
                .map(0xc010_1000L, 0x7_1000)
                .map(0x8000_0000L, 0x0100_0000L | 0x12 << 13, 1, READ_WRITE) // PSE-36: bits 20:13 are bits 39:32
                .map(0x1000, 0x7_2000, 0, PRESENT);
        TestPaging mode = TestPaging.twoLevels(tables.root());
        assertEquals(0x7_1fff, walker.translate(mode, 0xc010_1fffL, true));
        assertEquals(0x12_0130_0003L, walker.translate(mode, 0x8030_0003L, true));
        assertEquals(0x7_2000, walker.translate(mode, 0x1000, false));
        assertEquals(UNMAPPED, walker.translate(mode, 0x1000, true), "read-only");
        assertEquals(0x7_2000, walker.translate(mode.withoutWriteProtection(), 0x1000, true));
        assertEquals(UNMAPPED, walker.translate(mode, 0x2000, false), "no entry");
        assertEquals(UNMAPPED, walker.translate(mode, 0x4000_0000L, false), "no table");
    }

    @Test
    void withoutPseALargeEntryPointsToATable() {
        TestTables tables = new TestTables(memory, 2, ROOT).map(0x1000, 0x7_1000);
        tables.change(0x1000, 1, tables.entry(0x1000, 1) | TestTables.LARGE);
        TestPaging mode = TestPaging.twoLevels(tables.root());
        assertEquals(0x7_1000, walker.translate(mode.withoutLargePages(), 0x1000, true));
        assertEquals(0x8_0000_1000L, walker.translate(mode, 0x1000, true), "PSE-36 takes bit 16 for bit 35");
    }

    @Test
    void tablesOfNoiseEndTheWalkSomehow() {
        Random random = new Random(1);
        for (long at = 0; at < memory.byteSize(); at += 8) {
            memory.set(ValueLayout.JAVA_LONG, at, random.nextLong() & 0x800f_0000_000f_ffffL | PRESENT);
        }
        List<TestPaging> modes = List.of(
                TestPaging.longMode(ROOT),
                TestPaging.fiveLevels(ROOT),
                TestPaging.pae(ROOT),
                TestPaging.twoLevels(ROOT),
                TestPaging.none());
        for (int i = 0; i < 100_000; i++) {
            long address = random.nextLong() >> random.nextInt(64);
            long physical = walker.translate(modes.get(i % modes.size()), address, i % 2 == 0);
            assertEquals(address & 0xfff, (physical == UNMAPPED ? address : physical) & 0xfff);
        }
    }
}
