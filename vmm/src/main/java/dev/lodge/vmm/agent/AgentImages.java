package dev.lodge.vmm.agent;

import dev.lodge.guest.Initramfs;
import dev.lodge.guest.KernelModules;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.boot.KernelCache;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The archives that bring the agent into a guest, made once for each kernel and kept in Lodge's cache. */
public final class AgentImages {
    private static final String KIND = "initramfs";

    private AgentImages() {}

    /**
     * The archive that makes the whole root or, for a guest with a root of its own, the agent alone.
     *
     * @param cache where it is kept
     * @param kernel whose front-end modules it carries
     * @param busybox static; null for the agent alone
     * @param fileSystems whether it carries those of disks, too
     * @throws BootException if it cannot be made
     */
    public static Path base(KernelCache cache, Path kernel, @Nullable Path busybox, boolean fileSystems) {
        KernelModules found = modulesOf(kernel);
        KernelModules modules = found != null && fileSystems ? found.withFileSystems() : found;
        try {
            return cache.derived(KIND, cacheKey(Initramfs.key(busybox, modules)), out -> write(out, busybox, modules));
        } catch (IOException e) {
            throw new BootException("cannot make the guest's initial file system: " + e.getMessage(), e);
        }
    }

    /**
     * Makes sure that a kernel can mount the host's directories. One whose modules are not known is believed.
     *
     * @throws BootException if it cannot
     */
    public static void needShares(Path kernel) {
        KernelModules modules = modulesOf(kernel);
        try {
            if (modules != null && !modules.has9pOverXen()) {
                throw new BootException(
                        "the kernel " + kernel + " cannot mount directories of the host: it has no 9p over"
                                + " Xen (9pnet_xen); Debian's cloud kernels lack it, its generic ones have it: name one with -k");
            }
        } catch (IOException e) {
            throw new BootException(
                    "cannot read the kernel's modules in " + modules.directory() + ": " + e.getMessage(), e);
        }
    }

    /** Warns that the guest may lack the drivers of its devices, where its kernel's modules are not known. */
    public static void needDrivers(Path kernel) {
        if (modulesOf(kernel) == null) {
            // asked for here, as loggers cost a start milliseconds
            LoggerFactory.getLogger(AgentImages.class)
                    .warn(
                            "the modules of {} are neither beside it nor in /lib/modules: the guest has its disks, networks and"
                                    + " folders only if their drivers are built in",
                            kernel);
        }
    }

    private static @Nullable KernelModules modulesOf(Path kernel) {
        try {
            return KernelModules.find(kernel);
        } catch (NoSuchFileException e) {
            throw new BootException("cannot boot " + kernel + ": there is no such file; check the path", e);
        } catch (IOException e) {
            throw new BootException(
                    "cannot boot " + kernel + ": it cannot be read (" + e.getMessage()
                            + "); check that you may read it",
                    e);
        }
    }

    private static void write(OutputStream out, @Nullable Path busybox, @Nullable KernelModules modules)
            throws IOException {
        Path archive = Files.createTempFile("lodge-", ".cpio");
        try {
            if (busybox == null) {
                Initramfs.writeAgent(archive, modules);
            } else {
                Initramfs.writeBase(archive, busybox, modules);
            }
            Files.copy(archive, out);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** The cache takes letters, digits and hyphens; a kernel's version has dots and pluses, too. */
    static String cacheKey(String key) {
        var plain = new StringBuilder(key.length());
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean taken = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            plain.append(taken ? c : '-');
        }
        return plain.toString();
    }
}
