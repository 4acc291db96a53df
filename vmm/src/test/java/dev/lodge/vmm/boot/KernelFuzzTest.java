package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged kernels load or are refused; nothing else happens. */
final class KernelFuzzTest {

    private static final byte[] KERNEL =
            ElfBuilder.kernel(Kernels.noise(3000)).linuxNote().build();

    @Test
    void elfHeadersWithFlippedBits() {
        flip(KERNEL, 0, 64 + 3 * 56, 20_000);
    }

    @Test
    void notesWithFlippedBits() {
        flip(KERNEL, KERNEL.length - 64, KERNEL.length, 5_000);
    }

    @Test
    void bootHeadersWithFlippedBits() throws IOException {
        flip(BzImageBuilder.around(BzImageBuilder.gzip(KERNEL)), 0x1f0, 0x260, 5_000);
    }

    @Test
    void payloadsWithFlippedBits() throws IOException {
        int start = BzImageBuilder.SETUP_SIZE + BzImageBuilder.PAYLOAD_OFFSET;
        byte[][] payloads = {
            BzImageBuilder.gzip(KERNEL),
            BzImageBuilder.xz(KERNEL),
            BzImageBuilder.lzma(KERNEL),
            BzImageBuilder.zstd(KERNEL),
            BzImageBuilder.lz4(KERNEL)
        };
        for (byte[] payload : payloads) {
            flip(BzImageBuilder.around(payload), start, start + payload.length - 4, 300);
            flip(BzImageBuilder.around(payload), start, start + 24, 300);
        }
    }

    @Test
    void truncatedImages() throws IOException {
        byte[] image = BzImageBuilder.around(BzImageBuilder.zstd(KERNEL));
        for (int length = 0; length < image.length; length += 7) {
            open(Arrays.copyOf(image, length));
        }
    }

    private static void flip(byte[] good, int from, int to, int times) {
        var random = new Random(7);
        for (int i = 0; i < times; i++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bad[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
            }
            open(bad);
        }
    }

    private static void open(byte[] file) {
        try (LoadableKernel kernel = Kernels.open(file)) {
            kernel.loadInto(new AnywhereMemory());
        } catch (BootException e) {
            assertNotNull(e.getMessage());
        }
    }
}
