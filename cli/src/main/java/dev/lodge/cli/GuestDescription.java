package dev.lodge.cli;

import dev.lodge.vmm.CommandSession;
import dev.lodge.vmm.Disk;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.GuestCommand;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Network;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The guest that a request asks for, in the terms of the embedding API: its machine, its kernel, and what runs in it. */
final class GuestDescription {
    private static final List<String> SHELL = List.of("sh");

    private final RunRequest request;
    private final Path kernel;

    /** @throws CommandLineException if no kernel is named, and there is none of our own */
    GuestDescription(RunRequest request) {
        this.request = request;
        Path named = request.kernel();
        kernel = named == null ? Home.defaultKernel() : named;
    }

    /** The machine, with its disks and networks, but without a kernel or consoles. */
    DomainBuilder machine() {
        DomainBuilder builder = Lodge.domain()
                .name("run")
                .memory(request.memory())
                .vcpus(request.cpus())
                .hypercalls(request.hypercalls())
                .maxVcpus(request.maxCpus());
        Disk rootDisk = request.rootDisk();
        if (rootDisk != null) {
            builder.disk(rootDisk);
        }
        for (Disk disk : request.disks()) {
            builder.disk(disk);
        }
        for (Network network : request.networks()) {
            builder.network(network);
        }
        return builder;
    }

    /** The command's words; a shell's where none were given. */
    List<String> words() {
        return request.command().isEmpty() ? SHELL : request.command();
    }

    /**
     * The command in its root, without streams.
     *
     * @throws CommandLineException if it is to have our own small system, and there is no busybox
     */
    GuestCommand command() {
        GuestCommand command = GuestCommand.of(words());
        Path root = request.initrd();
        if (root != null) {
            command.root(root);
        } else if (request.rootDisk() != null) {
            command.rootDisk();
        } else {
            command.busybox(Home.busybox());
        }
        Path directory = request.root();
        if (directory != null) {
            command.rootDirectory(directory);
        }
        addShares(command);
        return command;
    }

    /** Has the machine boot, and run the command. */
    CommandSession add(GuestCommand command, DomainBuilder machine) {
        return command.addTo(machine, kernel, kernelCommandLine());
    }

    /**
     * Has the machine boot, and run the init of the initrd or of the root disk.
     *
     * @return of the agent that is to become the root disk's init; null where the initrd's needs none
     */
    @Nullable
    CommandSession addInit(DomainBuilder machine) {
        Path initrd = request.initrd();
        if (initrd != null) {
            machine.kernel(kernel).commandLine(kernelCommandLine()).initrd(initrd);
            return null;
        }
        GuestCommand init = GuestCommand.initOfRootDisk();
        addShares(init);
        return add(init, machine);
    }

    private void addShares(GuestCommand command) {
        for (ShareArgument share : request.shares()) {
            command.share(share.host(), share.guest(), share.readOnly());
        }
    }

    private String kernelCommandLine() {
        String line = request.verbose() ? "console=hvc0 panic=-1" : "console=hvc0 panic=-1 quiet";
        return request.append().isEmpty() ? line : line + " " + request.append();
    }
}
