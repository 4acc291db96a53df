package dev.lodge.cli;

import dev.lodge.vmm.InstalledKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where Lodge's own files are: the directory that the launcher names, or {@code LODGE_HOME}. */
final class Home {
    private Home() {}

    /** Null when Lodge was started by something other than its launcher. */
    static @Nullable Path directory() {
        String home = System.getProperty("lodge.home", System.getenv("LODGE_HOME"));
        return home == null || home.isEmpty() ? null : Path.of(home);
    }

    /**
     * The kernel for a guest of which nobody said which.
     *
     * @throws CommandLineException if there is none
     */
    static Path defaultKernel() {
        String named = System.getenv("LODGE_KERNEL");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        List<InstalledKernel> kernels = InstalledKernel.find(directory());
        if (kernels.isEmpty()) {
            throw new CommandLineException(
                    "no kernel for the guest: fetch Debian's with 'make guest', or name one with -k or LODGE_KERNEL");
        }
        return kernels.getFirst().image();
    }

    /**
     * The static busybox that gives a guest its shell: the one fetched by {@code make guest}, else this host's.
     *
     * @throws CommandLineException if there is none
     */
    static Path busybox() {
        Path home = directory();
        if (home != null && Files.isRegularFile(home.resolve("build/guest/busybox"))) {
            return home.resolve("build/guest/busybox");
        }
        Path installed = Path.of("/bin/busybox");
        if (Files.isRegularFile(installed)) {
            return installed;
        }
        throw new CommandLineException("no busybox for the guest: fetch Debian's with 'make guest', or install the"
                + " package busybox-static, or bring a root with --initrd");
    }
}
