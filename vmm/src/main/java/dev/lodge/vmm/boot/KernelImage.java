package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Recognises a kernel file, unpacks it and checks it, at the price of half a second; {@link KernelCache} saves that. */
public final class KernelImage {

    private static final int ARM64_MAGIC_OFFSET = 0x38;
    private static final int ARM64_MAGIC = 0x644d5241;

    private KernelImage() {}

    /**
     * Opens a kernel without a cache.
     *
     * @param file a bzImage or an ELF file with a PVH entry point
     * @throws BootException if it is neither, is damaged, or cannot be read
     */
    public static LoadableKernel open(Path file) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            LoadableKernel kernel = unpack(KernelFile.read(file, arena), file.toString(), arena);
            opened = true;
            return kernel;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /**
     * Unpacks and checks a kernel.
     *
     * @param file the whole file, little-endian
     * @param name the file's name, for messages
     * @param arena gives the memory for the unpacked kernel; closed by the kernel that is returned
     * @throws BootException if it is no kernel, or is damaged
     */
    static LoadableKernel unpack(ByteBuffer file, String name, Arena arena) {
        if (ElfHeaders.isElf(file)) {
            return new LoadableKernel(
                    name, ElfKernel.describe(file, name), new MemoryBytes(MemorySegment.ofBuffer(file), arena));
        }
        if (!BzImage.isBzImage(file)) {
            throw noKernel(file, name);
        }
        BzImage image = BzImage.parse(file, name);
        ByteBuffer elf = Decompressor.unpack(image.payload(), name, arena);
        KernelDescription found = ElfKernel.describe(elf, name);
        String release = image.version().isEmpty() ? found.release() : image.version();
        KernelDescription description = found.withHeader(release, image.commandLineLimit());
        return new LoadableKernel(name, description, new MemoryBytes(MemorySegment.ofBuffer(elf), arena));
    }

    private static BootException noKernel(ByteBuffer file, String name) {
        if (file.limit() >= ARM64_MAGIC_OFFSET + 4 && file.getInt(ARM64_MAGIC_OFFSET) == ARM64_MAGIC) {
            return new BootException("cannot boot " + name + ": it is a kernel for arm64; use one for amd64");
        }
        return new BootException("cannot boot " + name
                + ": it is no kernel, neither a bzImage (vmlinuz) nor an ELF file (vmlinux); name a Linux kernel");
    }
}
