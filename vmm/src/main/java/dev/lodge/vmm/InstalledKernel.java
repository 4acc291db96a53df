package dev.lodge.vmm;

import dev.lodge.vmm.host.KernelSearch;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kernel image found on this host.
 *
 * @param image readable by this user
 * @param version as {@code uname -r} has it, from the image's name
 * @param modules its {@code lib/modules/VERSION} directory; null where there is none
 */
public record InstalledKernel(
        Path image, String version, @Nullable Path modules) {
    /**
     * The kernels a guest could be given, best first: those fetched by {@code make guest}, then those of this host's
     * {@code /boot}; in each place the newest first and, of equal versions, Debian's cloud flavour, which boots fastest.
     *
     * @param home Lodge's directory, which has {@code build/guest/kernels}; null when not known
     */
    public static List<InstalledKernel> find(@Nullable Path home) {
        return KernelSearch.find(home, Path.of("/"));
    }
}
