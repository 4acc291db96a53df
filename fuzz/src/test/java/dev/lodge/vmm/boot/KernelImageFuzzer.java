package dev.lodge.vmm.boot;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Damaged kernels and initramfs. Each input is how much memory the guest has, how long its initramfs is, and a kernel file,
 * whose last bytes are the initramfs, too.
 */
public final class KernelImageFuzzer {

    private static final byte[] KERNEL =
            ElfBuilder.kernel(Kernels.noise(300)).linuxNote().build();

    private KernelImageFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] file = Arrays.copyOfRange(input, 2, input.length);
        long memory = (2L + (input[0] & 0xff)) << 20;
        int initrd = Math.min(input[1] & 0xff, file.length);
        try (LoadableKernel kernel = Kernels.open(file)) {
            check(kernel.description());
            MemoryMap map = MemoryMap.of(memory);
            byte[] archive = Arrays.copyOfRange(file, file.length - initrd, file.length);
            BootPlan plan = GuestImage.prepare(
                    new BoundedMemory(memory),
                    new BootRequest(
                            kernel, List.of(new InitrdPart.OfBytes(archive)), "console=hvc0", map, List.of(0, 2)));
            require(Long.compareUnsigned(plan.entry().value(), memory) < 0, "an entry outside memory");
        } catch (BootException refusal) {
            require(refusal.getMessage() != null && refusal.getMessage().indexOf('\n') < 0, "not one line of why");
        }
    }

    private static void check(KernelDescription kernel) {
        long end = 0;
        boolean entered = false;
        for (KernelDescription.Segment segment : kernel.segments()) {
            require(segment.size() > 0 && segment.address() >= end, "segments overlap, or are out of order");
            end = segment.end();
            entered |= kernel.entry() >= segment.address() && kernel.entry() < end;
        }
        require(end <= 1L << 32 && entered, "an entry outside the segments, or one of them beyond 4 GiB");
        for (KernelDescription.Extent extent : kernel.extents()) {
            require(extent.length() > 0 && extent.offset() >= 0, "an extent of nothing");
            require(within(kernel, extent), "an extent outside the segments");
        }
    }

    private static boolean within(KernelDescription kernel, KernelDescription.Extent extent) {
        for (KernelDescription.Segment segment : kernel.segments()) {
            if (extent.address() >= segment.address() && extent.address() + extent.length() <= segment.end()) {
                return true;
            }
        }
        return false;
    }

    /** A guest's memory that forgets what is written, and knows where it ends. */
    private record BoundedMemory(long size) implements GuestMemory {
        @Override
        public MemorySegment slice(GuestAddress address, long length) {
            boolean acpi = address.value() >= BootLayout.ACPI && length <= 1 << 16;
            boolean ram = address.value() >= 0 && length >= 0 && address.value() <= size - length;
            if (!acpi && !ram) {
                throw new GuestFault(length + " bytes at " + address + " are not RAM");
            }
            return MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
        }

        @Override
        public long ramBytes() {
            return size;
        }
    }

    /** An ELF file, and a bzImage with each compression. */
    public static List<byte[]> seeds() {
        try {
            return List.of(
                    whole(KERNEL),
                    whole(BzImageBuilder.around(BzImageBuilder.gzip(KERNEL))),
                    whole(BzImageBuilder.around(BzImageBuilder.xz(KERNEL))),
                    whole(BzImageBuilder.around(BzImageBuilder.lzma(KERNEL))),
                    whole(BzImageBuilder.around(BzImageBuilder.zstd(KERNEL))),
                    whole(BzImageBuilder.around(BzImageBuilder.lz4(KERNEL))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] whole(byte[] file) {
        byte[] input = new byte[2 + file.length];
        input[0] = 64;
        input[1] = 100;
        System.arraycopy(file, 0, input, 2, file.length);
        return input;
    }
}
