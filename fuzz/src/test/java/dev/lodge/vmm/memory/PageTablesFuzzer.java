package dev.lodge.vmm.memory;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Input;
import dev.lodge.vmm.abi.XenErrno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Hostile page tables. Each input is control registers, then stores into 16 frames of memory, translations and copies.
 */
public final class PageTablesFuzzer {

    private static final int FRAMES = 16;
    private static final int SIZE = FRAMES * 4096;
    private static final long BASE = 0x10_0000;
    private static final long WP = TestPaging.WP;
    private static final long PAGING = TestPaging.PG | TestPaging.PE;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final MemorySegment MEMORY = MemorySegment.ofArray(new long[SIZE / 8]);
    private static final MemorySegment COPY = MemorySegment.ofArray(new byte[8192]);

    private PageTablesFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        MEMORY.fill((byte) 0);
        // A hole between two regions, so that tables and pages may end at either's end.
        GuestRam ram = new GuestRam(List.of(
                new GuestRam.Region(0, MEMORY.asSlice(0, SIZE / 2)),
                new GuestRam.Region(BASE, MEMORY.asSlice(SIZE / 2, SIZE / 2))));
        TestPaging mode = mode(input);
        PageTables tables = new PageTables(ram);
        GuestCopy copy = new GuestCopy(ram, mode);
        while (input.hasMore()) {
            switch (input.u8() % 6) {
                case 0 -> MEMORY.set(ValueLayout.JAVA_LONG_UNALIGNED, input.u16() % (SIZE - 8), input.i64());
                case 1 -> MEMORY.set(ValueLayout.JAVA_INT_UNALIGNED, input.u16() % (SIZE - 8), input.i32());
                case 2 -> pointer(input);
                case 3 -> translate(tables, mode, input.i64());
                case 4 -> copy(copy, tables, mode, input.i64(), input.u16() % 8192, false);
                default -> copy(copy, tables, mode, input.i64(), input.u16() % 8192, true);
            }
        }
    }

    private static TestPaging mode(Input input) {
        long root = (long) (input.u8() % FRAMES) << 12;
        TestPaging mode =
                switch (input.u8() % 6) {
                    case 0 -> TestPaging.longMode(root);
                    case 1 -> TestPaging.fiveLevels(root);
                    case 2 -> TestPaging.pae(root + (input.u8() << 5));
                    case 3 -> TestPaging.twoLevels(root);
                    case 4 -> TestPaging.none();
                    default -> new TestPaging(input.i64(), input.i64(), input.i64(), input.i64());
                };
        return input.u8() % 2 == 0 ? mode : mode.withoutWriteProtection();
    }

    /** An entry that points at one of our frames. */
    private static void pointer(Input input) {
        long at = (long) (input.u8() % FRAMES) * 4096 + input.u16() % 512 * 8L;
        long frame = input.u8() % FRAMES;
        long address = frame < FRAMES / 2 ? frame << 12 : BASE + (frame - FRAMES / 2 << 12);
        MEMORY.set(ValueLayout.JAVA_LONG, at, address | input.u8());
    }

    private static long translate(PageTables tables, TestPaging mode, long address) {
        long read = tables.translate(mode, address, false);
        long write = tables.translate(mode, address, true);
        require(read == PageTables.UNMAPPED || read >>> 52 == 0, "beyond physical addresses: " + read);
        require(read == PageTables.UNMAPPED || (read & 0xfff) == (address & 0xfff), "another place in the page");
        require(write == read || write == PageTables.UNMAPPED, "writes go elsewhere than reads");
        require((mode.cr0() & WP) != 0 || write == read, "writes are refused without write protection");
        if ((mode.cr0() & PAGING) == PAGING && (mode.efer() & TestPaging.LMA) != 0) {
            require(read == expected(mode, address, false), "not where the manual's walk of 64-bit mode leads");
            require(write == expected(mode, address, true), "a write goes not where the manual's walk leads");
        }
        return read;
    }

    /** The walk of 64-bit mode once more, written anew from AMD APM volume 2, 5.3. */
    private static long expected(TestPaging mode, long address, boolean write) {
        int levels = (mode.cr4() & TestPaging.LA57) != 0 ? 5 : 4;
        int width = 12 + 9 * levels;
        long sign = address >> width - 1;
        if (sign != 0 && sign != -1) {
            return PageTables.UNMAPPED;
        }
        long table = mode.cr3() & ADDRESS;
        for (int low = width - 9; low >= 12; low -= 9) {
            long entry = load(table + (address >>> low & 0x1ff) * 8);
            boolean refused = (entry & 1) == 0 || (write && (mode.cr0() & WP) != 0 && (entry & 2) == 0);
            if (refused) {
                return PageTables.UNMAPPED;
            }
            if (low == 12 || (low <= 30 && (entry & 0x80) != 0)) {
                long size = 1L << low;
                return (entry & ADDRESS) / size * size + (address & size - 1);
            }
            table = entry & ADDRESS;
        }
        throw new AssertionError("a walk without end");
    }

    /** What is at a guest-physical address, or 0 where there is no memory. */
    private static long load(long physical) {
        if (physical >= 0 && physical <= SIZE / 2 - 8) {
            return MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, physical);
        }
        long offset = physical - BASE;
        return offset >= 0 && offset <= SIZE / 2 - 8
                ? MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, SIZE / 2 + offset)
                : 0;
    }

    private static void copy(
            GuestCopy copy, PageTables tables, TestPaging mode, long address, int length, boolean write) {
        boolean mapped = translate(tables, mode, address) != PageTables.UNMAPPED;
        try {
            if (write) {
                copy.to(address, COPY, 0, length);
            } else {
                copy.from(address, COPY, length);
            }
            require(mapped || length == 0, "a copy of what is not mapped");
        } catch (XenErrno error) {
            require(error.errno() == XenErrno.EFAULT, "errno " + error.errno());
        }
    }
}
