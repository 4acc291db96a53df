package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.GuestAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conformance with {@code xen/include/public/arch-x86/hvm/start_info.h}, and the limits of what fits. */
final class GuestImageTest {

    private static final int MIB = 1 << 20;
    private static final byte[] CODE = Kernels.noise(10_000);
    private static final byte[] BARE_METAL = ElfBuilder.kernel(CODE).build();
    private static final byte[] LINUX = ElfBuilder.kernel(CODE).linuxNote().build();

    private final TestMemory memory = new TestMemory(64 * MIB);
    private final MemoryMap map = MemoryMap.of(64 * MIB);

    @Test
    void theStartInfoPointsToEverything() {
        BootPlan plan = prepare(BARE_METAL, "root=/dev/xvda quiet", new byte[] {1, 2, 3});
        long info = plan.startInfo().value();
        assertEquals(new GuestAddress(ElfBuilder.CODE_ADDRESS), plan.entry());
        assertEquals(0x336ec578, memory.int32(info));
        assertEquals(1, memory.int32(info + 4));
        assertEquals(0, memory.int32(info + 8));
        assertEquals(1, memory.int32(info + 12));
        assertEquals("root=/dev/xvda quiet", memory.text(memory.int64(info + 24)));
        assertEquals(0xfc00_8000L, memory.int64(info + 32));
        assertEquals(0x2052_5450_2044_5352L, memory.int64(memory.int64(info + 32)));
        assertEquals(map.entries().size(), memory.int32(info + 48));
        assertEquals(0, memory.int32(info + 52));
        assertArrayEquals(CODE, memory.bytes(ElfBuilder.CODE_ADDRESS, CODE.length));
    }

    @Test
    void theMemoryMapIsTheDomains() {
        long info = prepare(BARE_METAL, "", new byte[0]).startInfo().value();
        long table = memory.int64(info + 40);
        for (int i = 0; i < map.entries().size(); i++) {
            assertEquals(map.entries().get(i).address(), memory.int64(table + i * 24L));
            assertEquals(map.entries().get(i).size(), memory.int64(table + i * 24L + 8));
            assertEquals(map.entries().get(i).type(), memory.int32(table + i * 24L + 16));
            assertEquals(0, memory.int32(table + i * 24L + 20));
        }
    }

    @Test
    void theInitramfsIsTheOneModuleAtTheTopOfRam() {
        byte[] initrd = Kernels.noise(5000);
        BootPlan plan = prepare(BARE_METAL, "", initrd);
        long module = memory.int64(plan.startInfo().value() + 16);
        assertEquals(64 * MIB - 8192, memory.int64(module));
        assertEquals(5000, memory.int64(module + 8));
        assertEquals(0, memory.int64(module + 16));
        assertEquals(0, memory.int64(module + 24));
        assertEquals(plan.initrd(), new GuestAddress(memory.int64(module)));
        assertArrayEquals(initrd, memory.bytes(plan.initrd().value(), 5000));
    }

    @Test
    void withoutAnInitramfsThereIsNoModule() {
        long info = prepare(BARE_METAL, "", new byte[0]).startInfo().value();
        assertEquals(0, memory.int32(info + 12));
        assertEquals(0, memory.int64(info + 16));
    }

    @Test
    void aKernelThatLiesWhereTheStartInfoUsuallyDoesHasItAtTheEndOfLowRam() {
        byte[] low = ElfBuilder.elf32()
                .load(5, 0, CODE, 0x7_0000)
                .entryNoteSection(0)
                .build();
        BootPlan plan = prepare(low, "quiet", new byte[5000]);
        long info = plan.startInfo().value();
        assertEquals(new GuestAddress(0), plan.entry());
        assertEquals(64 * MIB - 8192 - 8192, info);
        assertEquals(0x336ec578, memory.int32(info));
        assertEquals("quiet", memory.text(memory.int64(info + 24)));
        assertEquals(64 * MIB - 8192, memory.int64(memory.int64(info + 16)));
        assertArrayEquals(CODE, memory.bytes(0, CODE.length));
    }

    @Test
    void partsOfTheInitramfsFollowEachOtherAligned(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("part"), new byte[] {4, 5});
        List<InitrdPart> parts = List.of(
                new InitrdPart.OfBytes(new byte[] {1, 2, 3, 3, 3}),
                new InitrdPart.OfFile(file),
                new InitrdPart.OfBytes(new byte[] {6}));
        BootPlan plan = prepare(BARE_METAL, "", parts);
        assertEquals(13, plan.initrdSize());
        assertArrayEquals(
                new byte[] {1, 2, 3, 3, 3, 0, 0, 0, 4, 5, 0, 0, 6},
                memory.bytes(plan.initrd().value(), 13));
    }

    @Test
    void anInitramfsThatCannotBeReadIsRefused(@TempDir Path directory) {
        Path missing = directory.resolve("initrd");
        assertInitrdRefused(missing, "cannot use the initramfs " + missing, "there is no such file");
        assertInitrdRefused(directory, "cannot use the initramfs " + directory, "it is a directory");
        assertInitrdRefused(Path.of("/dev/null"), "it is no regular file");
    }

    private void assertInitrdRefused(Path file, String... words) {
        List<InitrdPart> parts = List.of(new InitrdPart.OfBytes(new byte[8]), new InitrdPart.OfFile(file));
        Refusals.assertRefused(() -> prepare(BARE_METAL, "", parts), words);
    }

    @Test
    void anInitramfsThatDoesNotFitIsRefused() {
        Refusals.assertRefused(() -> prepare(BARE_METAL, "", new byte[63 * MIB]), "its initramfs need at least 65 MiB");
        Refusals.assertRefused(() -> prepare(LINUX, "", new byte[15 * MIB + MIB / 2]), "need at least 65 MiB");
    }

    @Test
    void anInitramfsBeyondTheKernelsReachIsRefused() {
        byte[] high = ElfBuilder.elf64()
                .load(5, 0x7fff_f000L, CODE, CODE.length)
                .entryNote(0x7fff_f000L)
                .build();
        var request = new KernelRequests(MemoryMap.of(3L << 30));
        try (LoadableKernel kernel = Kernels.open(high)) {
            Refusals.assertRefused(
                    () -> GuestImage.prepare(memory, request.of(kernel, new InitrdPart.OfBytes(new byte[5]))),
                    "does not fit between",
                    "2048 MiB");
        }
    }

    @Test
    void theAgentIsNotGivenToA32BitKernelWhichCouldNotRunIt() {
        byte[] narrow = ElfBuilder.elf32()
                .load(5, 0x10_0000L, CODE, CODE.length)
                .entryNote(0x10_0000L)
                .build();
        Path archive = Path.of("/dev/null"); // which is refused by itself, but later
        List<InitrdPart> agent = List.of(new InitrdPart.OfFile(archive, true));
        Refusals.assertRefused(() -> prepare(narrow, "", agent), "it is a 32-bit kernel", "a kernel for amd64");
        Refusals.assertRefused(() -> prepare(BARE_METAL, "", agent), "it is no regular file");
        Refusals.assertRefused(
                () -> prepare(narrow, "", List.of(new InitrdPart.OfFile(archive))), "it is no regular file");
    }

    @Test
    void tooLittleMemoryIsRefusedWithWhatIsNeeded() {
        for (byte[] elf : List.of(BARE_METAL, LINUX)) {
            var request = new KernelRequests(MemoryMap.of(2 * MIB));
            byte[] needing = elf == LINUX ? elf : big();
            try (LoadableKernel kernel = Kernels.open(needing)) {
                Refusals.assertRefused(
                        () -> GuestImage.prepare(memory, request.of(kernel)),
                        "needs at least 3",
                        "the guest has 2; give it more");
            }
        }
    }

    private static byte[] big() {
        return ElfBuilder.elf64().load(5, MIB, CODE, 33 * MIB).entryNote(MIB).build();
    }

    @Test
    void aSegmentBeyondLowRamIsRefused() {
        byte[] high = ElfBuilder.elf64()
                .load(5, 0xfb00_0000L, CODE, 32 * MIB)
                .entryNote(0xfb00_0000L)
                .build();
        var request = new KernelRequests(MemoryMap.of(8L << 30));
        try (LoadableKernel kernel = Kernels.open(high)) {
            Refusals.assertRefused(
                    () -> GuestImage.prepare(memory, request.of(kernel)), "0xfb000000 lies outside the guest's memory");
        }
    }

    @Test
    void aCommandLineOfTheMostBytesFits() {
        String longest = "x".repeat(2047);
        long info = prepare(LINUX, longest, new byte[0]).startInfo().value();
        assertEquals(longest, memory.text(memory.int64(info + 24)));
    }

    @Test
    void aCommandLineThatTheKernelWouldCutIsRefused() {
        Refusals.assertRefused(() -> prepare(LINUX, "x".repeat(2048), new byte[0]), "2048 bytes", "takes 2047");
        Refusals.assertRefused(() -> prepare(LINUX, "ä".repeat(1024), new byte[0]), "2048 bytes");
        Refusals.assertRefused(() -> prepare(BARE_METAL, "x".repeat(4096), new byte[0]), "takes 4095");
        Refusals.assertRefused(() -> prepare(LINUX, "a\0b", new byte[0]), "holds a NUL");
    }

    @Test
    void nothingIsWrittenForADomainThatIsRefused() {
        Refusals.assertRefused(() -> prepare(LINUX, "", new byte[63 * MIB]), "at least");
        assertArrayEquals(new byte[0x10_0000], memory.bytes(0, 0x10_0000));
        assertEquals(0, memory.int64(BootLayout.ACPI_RSDP));
        assertTrue(memory.ramBytes() > 0);
    }

    private BootPlan prepare(byte[] elf, String commandLine, byte[] initrd) {
        List<InitrdPart> parts = initrd.length == 0 ? List.of() : List.of(new InitrdPart.OfBytes(initrd));
        return prepare(elf, commandLine, parts);
    }

    private BootPlan prepare(byte[] elf, String commandLine, List<InitrdPart> initrd) {
        try (LoadableKernel kernel = Kernels.open(elf)) {
            return GuestImage.prepare(memory, new BootRequest(kernel, initrd, commandLine, map, List.of(0)));
        }
    }
}
