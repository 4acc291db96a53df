package dev.lodge.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kernel's directory of loadable modules, {@code lib/modules/VERSION}.
 *
 * @param directory exists; its last name is the kernel's version
 * @param fileSystems whether a guest is given, beside the front ends, the file systems that disks often have
 */
public record KernelModules(Path directory, boolean fileSystems) {
    /* The boot protocol's header: Documentation/arch/x86/boot.rst in Linux. */
    private static final int HEADER_BYTES = 0x1_0400; // the version's place is told by 16 bits
    private static final int MAGIC_AT = 0x202;
    private static final int MAGIC = 0x53726448; // "HdrS"
    private static final int KERNEL_VERSION_AT = 0x20e;
    private static final int KERNEL_VERSION_BASE = 0x200;

    private static final String TRANSPORT = "kernel/net/9p/9pnet_xen";

    /** A kernel's modules, of which a guest is given the front ends. */
    public KernelModules(Path directory) {
        this(directory, false);
    }

    /** The same modules for a guest that has disks. */
    public KernelModules withFileSystems() {
        return new KernelModules(directory, true);
    }

    /**
     * Takes a directory as the caller names it.
     *
     * @throws IOException if there is no such directory
     */
    public static KernelModules in(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is no directory of kernel modules");
        }
        return new KernelModules(directory);
    }

    /**
     * Finds the modules that belong to a kernel: in the image's own directory, if that is one of modules, in {@code
     * ../lib/modules} and {@code ../usr/lib/modules} beside it, as kernels of Debian before 13 and since then have them, then
     * in {@code /lib/modules} and {@code /usr/lib/modules} of this machine. The version is read from a bzImage's header;
     * for other images it is what follows {@code vmlinux-} or {@code vmlinuz-} in the file's name.
     *
     * @return null if the version is not known or there are no modules; a kernel may well have none
     * @throws IOException if the image cannot be read
     */
    public static @Nullable KernelModules find(Path kernelImage) throws IOException {
        String version = versionOf(kernelImage);
        if (version == null) {
            return null;
        }
        List<Path> places = new ArrayList<>();
        Path directory = kernelImage.toAbsolutePath().getParent();
        if (directory != null) {
            if (directory.endsWith("modules/" + version)) {
                places.add(directory);
            }
            places.add(directory.resolveSibling("lib/modules/" + version));
            places.add(directory.resolveSibling("usr/lib/modules/" + version));
        }
        places.add(Path.of("/lib/modules/" + version));
        places.add(Path.of("/usr/lib/modules/" + version));
        for (int i = 0; i < places.size(); i++) {
            if (Files.isDirectory(places.get(i))) {
                return new KernelModules(places.get(i));
            }
        }
        return null;
    }

    /** {@return the kernel's version, as {@code uname -r} has it in the guest} */
    public String version() {
        return directory.getFileName().toString();
    }

    /** Whether the kernel can mount the host's folders: it has 9p over Xen, as a module or built in. */
    public boolean has9pOverXen() throws IOException {
        for (String suffix : FrontEndModules.SUFFIXES) {
            if (Files.exists(directory.resolve(TRANSPORT + suffix))) {
                return true;
            }
        }
        Path builtIn = directory.resolve("modules.builtin");
        return Files.exists(builtIn) && Files.readAllLines(builtIn).contains(TRANSPORT + ".ko");
    }

    static @Nullable String versionOf(Path kernelImage) throws IOException {
        String version = versionInHeader(read(kernelImage));
        if (version == null) {
            String file = kernelImage.getFileName().toString();
            boolean named = file.startsWith("vmlinux-") || file.startsWith("vmlinuz-");
            version = named ? file.substring("vmlinux-".length()) : "";
        }
        return isPlainName(version) ? version : null;
    }

    private static ByteBuffer read(Path kernelImage) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(kernelImage)) {
            while (header.hasRemaining() && file.read(header) >= 0) {
                // until the header is full or the file ends
            }
        }
        return header.flip();
    }

    private static @Nullable String versionInHeader(ByteBuffer header) {
        if (header.limit() < KERNEL_VERSION_AT + 2 || header.getInt(MAGIC_AT) != MAGIC) {
            return null;
        }
        int start = Short.toUnsignedInt(header.getShort(KERNEL_VERSION_AT)) + KERNEL_VERSION_BASE;
        int end = start;
        while (end < header.limit() && header.get(end) > ' ') {
            end++;
        }
        if (start == KERNEL_VERSION_BASE || end <= start) {
            return null;
        }
        byte[] version = new byte[end - start];
        header.get(start, version);
        return new String(version, StandardCharsets.US_ASCII);
    }

    /* The version comes from a file that may be anyone's, and becomes part of a path. */
    private static boolean isPlainName(String version) {
        for (int i = 0; i < version.length(); i++) {
            char c = version.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "._+~-".indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return !version.isEmpty() && version.charAt(0) != '.';
    }
}
