package dev.lodge.vmm.boot;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Damaged records of the kernel cache. Each input is one. */
public final class KernelRecordFuzzer {

    private KernelRecordFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        Claim.allocatesAtMost((1 << 16) + 64L * input.length, () -> {
            KernelDescription found = KernelRecord.decode(ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN));
            if (found != null) {
                require(!found.segments().isEmpty(), "a kernel without a segment");
                KernelDescription again = KernelRecord.decode(KernelRecord.encode(found));
                require(found.equals(again), "another kernel when written and read again");
            }
        });
    }

    /** The record of a small kernel. */
    public static List<byte[]> seeds() {
        KernelDescription kernel = Kernels.describe(
                ElfBuilder.kernel(Kernels.noise(3000)).linuxNote().build());
        ByteBuffer encoded = KernelRecord.encode(kernel);
        byte[] record = new byte[encoded.remaining()];
        encoded.get(record);
        return List.of(record);
    }
}
