package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.boot.KernelDescription.Extent;
import dev.lodge.vmm.boot.KernelDescription.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ElfKernelTest {

    private static final int MIB = 1 << 20;
    private static final byte[] CODE = {1, 2, 3, 4};

    @Test
    void bothClassesAreRead() {
        for (ElfBuilder builder : List.of(ElfBuilder.elf64(), ElfBuilder.elf32())) {
            byte[] elf = builder.load(6, 2 * MIB, new byte[] {9}, 5000)
                    .load(5, MIB, CODE, 4096)
                    .entryNote(MIB + 2)
                    .build();
            KernelDescription kernel = Kernels.describe(elf);
            assertEquals(MIB + 2, kernel.entry());
            assertEquals(List.of(new Segment(MIB, 4096, 5), new Segment(2 * MIB, 5000, 6)), kernel.segments());
            assertEquals(2 * MIB + 5000, kernel.end());
            assertFalse(kernel.linux());
        }
    }

    @Test
    void aLinuxSaysItsReleaseAndTakesLess() {
        byte[] elf = ElfBuilder.kernel(CODE)
                .linuxNote()
                .note("Linux", 0x100, "6.1.0-salt\0".getBytes(StandardCharsets.US_ASCII))
                .build();
        KernelDescription kernel = Kernels.describe(elf);
        assertTrue(kernel.linux());
        assertEquals("6.1.0-salt", kernel.release());
        assertEquals(2047, kernel.commandLineLimit());
    }

    @Test
    void longRunsOfZerosAreNotLoaded() {
        byte[] content = new byte[MIB];
        content[0] = 1;
        content[0x1_2345] = 2;
        content[0x9_8765] = 3;
        content[MIB - 1] = 4;
        byte[] elf = ElfBuilder.elf64()
                .load(5, MIB + 0x10, content, MIB)
                .entryNote(MIB + 0x10)
                .build();
        try (LoadableKernel kernel = Kernels.open(elf)) {
            List<Extent> extents = kernel.description().extents();
            assertEquals(4, extents.size());
            long loaded = 0;
            for (Extent extent : extents) {
                loaded += extent.length();
            }
            assertTrue(loaded <= 4 * BootLayout.PAGE_SIZE, () -> extents.toString());
            var memory = new TestMemory(4 * MIB);
            kernel.loadInto(memory);
            assertArrayEquals(content, memory.bytes(MIB + 0x10, content.length));
        }
    }

    @Test
    void anElfWithoutThePvhNoteIsRefused() {
        byte[] elf = ElfBuilder.elf64().load(5, MIB, CODE, 4).linuxNote().build();
        Kernels.assertRefused(elf, "without Xen's PVH note", "CONFIG_PVH");
    }

    @Test
    void anElfForAnotherMachineIsRefused() {
        Kernels.assertRefused(ElfBuilder.kernel(CODE).machine(183).build(), "another machine", "machine number 183");
        byte[] bigEndian = ElfBuilder.kernel(CODE).build();
        bigEndian[5] = 2;
        Kernels.assertRefused(bigEndian, "another machine");
        byte[] noClass = ElfBuilder.kernel(CODE).build();
        noClass[4] = 3;
        Kernels.assertRefused(noClass, "another machine");
    }

    @Test
    void segmentsThatOverlapAreRefused() {
        Kernels.assertRefused(
                ElfBuilder.kernel(CODE).load(6, MIB + 50, CODE, 4).build(), "its segments overlap at 0x100032");
    }

    @Test
    void segmentsOutsideLowMemoryAreRefused() {
        for (long address : new long[] {0x9_fffd, 0x9_ffff, 0xb_0000, 0xf_fffd}) {
            Kernels.assertRefused(
                    ElfBuilder.kernel(CODE).load(6, address, CODE, 4).build(), "no free memory");
        }
        for (long address : new long[] {0xffff_fffdL, 1L << 32, Long.MAX_VALUE, -1}) {
            Kernels.assertRefused(
                    ElfBuilder.kernel(CODE).load(6, address, CODE, 4).build(), "does not end below 4 GiB");
        }
        for (long size : new long[] {1L << 32, Long.MAX_VALUE, -1}) {
            Kernels.assertRefused(
                    ElfBuilder.kernel(CODE).load(6, MIB, CODE, size).build(), "segment");
        }
    }

    @Test
    void aSegmentWithMoreBytesInTheFileThanInMemoryIsRefused() {
        Kernels.assertRefused(ElfBuilder.kernel(CODE).load(6, 2 * MIB, CODE, 3).build(), "more bytes in the file");
    }

    @Test
    void anEntryOutsideEverySegmentIsRefused() {
        for (long entry : new long[] {0, MIB - 1, MIB + 4, 1L << 40}) {
            Kernels.assertRefused(
                    ElfBuilder.elf64().load(5, MIB, CODE, 4).entryNote(entry).build(), "lies in none of its segments");
        }
    }

    @Test
    void noSegmentsAndTooManyAreRefused() {
        Kernels.assertRefused(ElfBuilder.elf64().entryNote(MIB).build(), "it has 0 segments");
        ElfBuilder many = ElfBuilder.kernel(CODE);
        for (int i = 1; i < 70; i++) {
            many.load(4, MIB + i * 4096, CODE, 4);
        }
        Kernels.assertRefused(many.build(), "it has 70 segments");
    }

    @Test
    void notesThatRunOutOfTheirSegmentAreRefused() {
        ByteBuffer note = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int size : new int[] {1, 0x7fff_ffff, -1}) {
            byte[] tooLong = note.putInt(0, size).array().clone();
            Kernels.assertRefused(ElfBuilder.kernel(CODE).notes(tooLong).build(), "a note does not end");
        }
    }

    @Test
    void anEntryNoteOfAnOddSizeIsRefused() {
        Kernels.assertRefused(
                ElfBuilder.elf64()
                        .load(5, MIB, CODE, 4)
                        .note("Xen", 18, new byte[5])
                        .build(),
                "holds no address");
    }

    @Test
    void whereNoSegmentTellsTheEntrySectionsAreAsked() {
        for (ElfBuilder builder : List.of(ElfBuilder.elf64(), ElfBuilder.elf32())) {
            byte[] elf = builder.load(5, MIB, CODE, 4).entryNoteSection(MIB + 1).build();
            try (LoadableKernel kernel = Kernels.open(elf)) {
                assertEquals(MIB + 1, kernel.description().entry());
            }
        }
        byte[] both = ElfBuilder.kernel(CODE).entryNoteSection(77).build();
        try (LoadableKernel kernel = Kernels.open(both)) {
            assertEquals(ElfBuilder.CODE_ADDRESS, kernel.description().entry(), "segments come first");
        }
    }

    @Test
    void sectionsOutsideTheFileAreRefused() {
        for (long offset : new long[] {10_000, Long.MAX_VALUE, -1}) {
            byte[] elf = ElfBuilder.elf64()
                    .load(5, MIB, CODE, 4)
                    .entryNoteSection(MIB)
                    .build();
            ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN).putLong(40, offset);
            Kernels.assertRefused(elf, "section headers lie past the file's end");
        }
        byte[] small =
                ElfBuilder.elf64().load(5, MIB, CODE, 4).entryNoteSection(MIB).build();
        small[58] = 63;
        Kernels.assertRefused(small, "section headers lie past the file's end");
        byte[] outside =
                ElfBuilder.elf64().load(5, MIB, CODE, 4).entryNoteSection(MIB).build();
        ByteBuffer sections = ByteBuffer.wrap(outside).order(ByteOrder.LITTLE_ENDIAN);
        sections.putLong((int) sections.getLong(40) + 24, outside.length - 19);
        Kernels.assertRefused(outside, "a segment lies past the file's end");
    }

    @Test
    void programHeadersOutsideTheFileAreRefused() {
        for (long offset : new long[] {10_000, Long.MAX_VALUE, -1}) {
            byte[] elf = ElfBuilder.kernel(CODE).build();
            ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN).putLong(32, offset);
            Kernels.assertRefused(elf, "program headers lie past the file's end");
        }
        byte[] none = ElfBuilder.kernel(CODE).build();
        none[56] = 0;
        Kernels.assertRefused(none, "no usable program headers");
    }

    @Test
    void aTruncatedElfIsRefusedWhereverItEnds() {
        byte[] elf = ElfBuilder.kernel(CODE).linuxNote().build();
        for (int length = 4; length < elf.length - 1; length++) {
            Kernels.assertRefused(Arrays.copyOf(elf, length));
        }
    }
}
