package dev.lodge.cli;

import dev.lodge.vmm.Disk;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked of {@code lodge run}.
 *
 * @param kernel null for the default one
 * @param initrd null for Lodge's own small system
 * @param root a directory of the host to be the guest's root; null for another
 * @param rootDisk the disk that is the guest's root, before all others; null for none
 * @param shares directories of the host to be mounted in the guest
 * @param append added to the kernel's command line; may be empty
 * @param memory bytes, more than 0
 * @param maxCpus fewer than {@code cpus} mean as many
 * @param disks in the order of their names
 * @param networks one for each interface, in their order
 * @param consoles numbered, each with a number of its own
 * @param timeout null for none
 * @param stats where to write counts; null for nowhere
 * @param xenstore where to offer xenstore; null for nowhere
 * @param command empty for the default one
 */
record RunRequest(
        @Nullable Path kernel,
        @Nullable Path initrd,
        @Nullable Path root,
        @Nullable Disk rootDisk,
        List<ShareArgument> shares,
        String append,
        long memory,
        int cpus,
        HypercallPath hypercalls,
        int maxCpus,
        List<Disk> disks,
        List<Network> networks,
        List<ConsoleArgument> consoles,
        @Nullable Duration timeout,
        @Nullable Path stats,
        @Nullable Path xenstore,
        boolean verbose,
        boolean force,
        boolean help,
        List<String> command) {

    /** Whether the init of the initrd or of the root disk runs, on the console. */
    boolean runsOwnInit() {
        return (initrd != null || rootDisk != null) && command.isEmpty();
    }
}
