package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelImageTest {

    private static final byte[] CODE = Kernels.noise(100_000);
    private static final byte[] KERNEL = ElfBuilder.kernel(CODE).linuxNote().build();

    @Test
    void everyCompressionOfLinuxIsUnpacked() throws IOException {
        assertUnpacks(BzImageBuilder.gzip(KERNEL));
        assertUnpacks(BzImageBuilder.xz(KERNEL));
        assertUnpacks(BzImageBuilder.lzma(KERNEL));
        assertUnpacks(BzImageBuilder.zstd(KERNEL));
        assertUnpacks(BzImageBuilder.lz4(KERNEL));
    }

    private static void assertUnpacks(byte[] payload) {
        var memory = new TestMemory(4 << 20);
        try (LoadableKernel kernel = Kernels.open(BzImageBuilder.around(payload))) {
            kernel.loadInto(memory);
            assertArrayEquals(CODE, memory.bytes(ElfBuilder.CODE_ADDRESS, CODE.length));
            assertEquals(BzImageBuilder.RELEASE, kernel.release());
            assertEquals(2047, kernel.description().commandLineLimit());
            assertTrue(kernel.description().linux());
        }
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsRefused(@TempDir Path directory) throws IOException {
        Path readable = Files.write(directory.resolve("empty"), new byte[0]);
        assertRefused(directory.resolve("nothing"), "there is no such file");
        assertRefused(directory, "it is a directory");
        assertRefused(Path.of("/dev/null"), "it is no regular file");
        assertRefused(readable, "it is no kernel");
    }

    private static void assertRefused(Path file, String why) {
        Refusals.assertRefused(() -> KernelImage.open(file), "cannot boot " + file + ": " + why);
    }

    @Test
    void whatIsNoKernelIsRefused() {
        Kernels.assertRefused(new byte[0], "it is no kernel");
        Kernels.assertRefused("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), "it is no kernel");
        Kernels.assertRefused(new byte[100_000], "it is no kernel");
    }

    @Test
    void aKernelForArm64IsNamedAsSuch() {
        byte[] image = new byte[4096];
        image[0x38] = 'A';
        image[0x39] = 'R';
        image[0x3a] = 'M';
        image[0x3b] = 'd';
        Kernels.assertRefused(image, "arm64", "use one for amd64");
    }

    @Test
    void anUnknownCompressionIsNamed() {
        Kernels.assertRefused(packed("BZh9AAAAAAAA"), "bzip2", "unpack it to a vmlinux");
        Kernels.assertRefused(packed("\u0089LZO0000AAAA"), "LZO");
        Kernels.assertRefused(packed("abcdefghijkl"), "unknown (it begins with 0x61626364)");
        Kernels.assertRefused(BzImageBuilder.around(new byte[3]), "no compressed kernel");
        Kernels.assertRefused(BzImageBuilder.around(new byte[0]), "no compressed kernel");
    }

    private static byte[] packed(String payload) {
        return BzImageBuilder.around(payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aCutOffPayloadIsRefused() throws IOException {
        byte[] image = BzImageBuilder.around(BzImageBuilder.gzip(KERNEL));
        Kernels.assertRefused(Arrays.copyOf(image, image.length / 2), "the file is truncated");
        Kernels.assertRefused(Arrays.copyOf(image, 0x240), "the file is truncated");
    }

    @Test
    void aPayloadOfAnotherSizeThanItSaysIsRefused() throws IOException {
        byte[][] payloads = {
            BzImageBuilder.xz(KERNEL),
            BzImageBuilder.lzma(KERNEL),
            BzImageBuilder.zstd(KERNEL),
            BzImageBuilder.lz4(KERNEL)
        };
        for (byte[] payload : payloads) {
            Kernels.assertRefused(claiming(payload, KERNEL.length - 1), "unpacks to more than its size says");
            Kernels.assertRefused(claiming(payload, KERNEL.length + 1), "unpacks to less than its size says");
            Kernels.assertRefused(claiming(payload, 0), "unpacks to 0 bytes");
            Kernels.assertRefused(claiming(payload, -1), "unpacks to 4294967295 bytes");
        }
    }

    private static byte[] claiming(byte[] payload, int size) {
        byte[] changed = payload.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(changed.length - 4, size);
        return BzImageBuilder.around(changed);
    }

    @Test
    void anOldBootProtocolIsRefused() throws IOException {
        byte[] image = BzImageBuilder.around(BzImageBuilder.gzip(KERNEL));
        image[0x206] = 7;
        image[0x207] = 2;
        Kernels.assertRefused(image, "older than 2.08");
    }

    @Test
    void aPayloadThatIsNoElfIsRefused() throws IOException {
        Kernels.assertRefused(BzImageBuilder.around(BzImageBuilder.gzip(new byte[5000])), "no whole ELF header");
    }
}
