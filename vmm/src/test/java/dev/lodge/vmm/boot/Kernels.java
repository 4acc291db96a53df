package dev.lodge.vmm.boot;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Opens kernels that tests made. */
final class Kernels {

    static final String NAME = "/boot/vmlinuz";

    private Kernels() {}

    static LoadableKernel open(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return KernelImage.unpack(bytes, NAME, Arena.ofConfined());
    }

    static KernelDescription describe(byte[] file) {
        try (LoadableKernel kernel = open(file)) {
            return kernel.description();
        }
    }

    /** The file is refused in one line that names it and says all of {@code words}. */
    static void assertRefused(byte[] file, String... words) {
        Refusals.assertRefused(() -> open(file), "cannot boot " + NAME + ": ");
        Refusals.assertRefused(() -> open(file), words);
    }

    /** Bytes that do not compress, the same each time. */
    static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
