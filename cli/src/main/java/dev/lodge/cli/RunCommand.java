package dev.lodge.cli;

import dev.lodge.linux.LinuxException;
import dev.lodge.linux.Termios;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.CommandSession;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.Disk;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.GuestCommand;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Network;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.StreamConsole;
import dev.lodge.vmm.Virtualisation;
import dev.lodge.vmm.XenstoreSocket;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code lodge run}: one guest, one command, one exit status. */
final class RunCommand {
    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final List<String> SHELL = List.of("sh");

    private final RunRequest request;
    private final OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);
    private final Interruption interruption = new Interruption();
    private @Nullable GuestConsoles consoles;

    private RunCommand(RunRequest request) {
        this.request = request;
    }

    /**
     * Runs the guest and returns the exit status.
     *
     * @throws CommandLineException if the host will not do, or something asked for is not there
     * @throws BootException if the guest cannot be started from what was asked for
     * @throws LinuxException if the host refuses a call
     */
    static int run(RunRequest request) throws InterruptedException {
        if (Virtualisation.ofThisHost() == Virtualisation.NONE && !request.force()) {
            refuseSoftwareKvm();
        }
        if (request.verbose()) {
            LogSetup.beVerbose();
        }
        Path kernel = request.kernel();
        return new RunCommand(request).run(kernel == null ? Home.defaultKernel() : kernel);
    }

    /** A host without a device at all is told so, with its errno, when the device is opened. */
    private static void refuseSoftwareKvm() {
        if (Files.isWritable(DEVICE)) {
            throw new CommandLineException("this processor has neither vmx nor svm, so its /dev/kvm is a software KVM,"
                    + " too slow for Linux: use the lab (lab/run -- ./lodge run ...), or --force");
        }
    }

    @SuppressWarnings("try") // the socket is only there to be closed
    private int run(Path kernel) throws InterruptedException {
        StatisticsFile statistics = request.stats() == null ? null : StatisticsFile.at(request.stats());
        Path xenstore = request.xenstore();
        if (xenstore == null) {
            return run(kernel, statistics);
        }
        try (XenstoreSocket socket = Lodge.xenstoreSocket(xenstore)) {
            return run(kernel, statistics);
        } catch (IOException refused) {
            throw new CommandLineException(String.valueOf(refused.getMessage()));
        }
    }

    private int run(Path kernel, @Nullable StatisticsFile statistics) throws InterruptedException {
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
        if (request.consoles().isEmpty()) {
            return run(builder, kernel, statistics);
        }
        try (GuestConsoles opened = GuestConsoles.open(request, interruption::leave)) {
            opened.addTo(builder);
            consoles = opened;
            return run(builder, kernel, statistics);
        }
    }

    private int run(DomainBuilder builder, Path kernel, @Nullable StatisticsFile statistics)
            throws InterruptedException {
        return request.runsOwnInit() ? runInit(builder, kernel, statistics) : runCommand(builder, kernel, statistics);
    }

    private Domain start(DomainBuilder builder) {
        Domain domain = builder.start();
        HostMemory.check(request.memory());
        return domain;
    }

    /** What has the kernel's console: what --console gives it to, beside what else shows it. */
    private Console firstConsole(Console usual) {
        return consoles == null ? usual : consoles.firstOr(usual);
    }

    private String kernelCommandLine() {
        String line = request.verbose() ? "console=hvc0 panic=-1" : "console=hvc0 panic=-1 quiet";
        return request.append().isEmpty() ? line : line + " " + request.append();
    }

    private int runCommand(DomainBuilder builder, Path kernel, @Nullable StatisticsFile statistics)
            throws InterruptedException {
        StreamConsole shown = request.verbose() ? new StreamConsole(stderr, null) : null;
        var console = new ConsoleTail(firstConsole(shown == null ? Console.DISCARD : shown));
        boolean interactive = GuestTerminal.isInteractive();
        List<String> words = request.command().isEmpty() ? SHELL : request.command();
        CommandSession session = command(words, interactive).addTo(builder, kernel, kernelCommandLine());
        builder.console(console).earlyConsole(console);
        CommandResult result;
        Shutdown end;
        try (GuestTerminal terminal = interactive ? GuestTerminal.takeOver() : null;
                Domain domain = start(builder)) {
            interruption.watch(domain, session);
            if (terminal != null) {
                WindowSizes.follow(session);
            }
            Duration limit = request.timeout();
            result = limit == null ? session.await(domain) : session.await(domain, limit);
            end = domain.shutdown();
            if (result == null) {
                showRegisters(domain);
            }
            if (shown != null) {
                shown.finish();
            }
            if (statistics != null) {
                statistics.write(domain.statistics(), request.memory());
            }
        }
        if (interruption.status() != 0) {
            return interruption.status();
        }
        return result == null ? timedOut() : report(result, end, words.getFirst(), console);
    }

    private GuestCommand command(List<String> words, boolean interactive) {
        GuestCommand command = GuestCommand.of(words).stdout(stdout).stderr(stderr);
        InputStream input = GuestTerminal.standardInput();
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
        if (!interactive) {
            return command.stdin(input);
        }
        String type = System.getenv("TERM");
        Termios.WindowSize size = Termios.windowSize(GuestTerminal.STDOUT);
        return command.stdin(GuestTerminal.keys(input, interruption::leave))
                .terminal(size.rows(), size.columns())
                .environment("TERM", type == null ? "dumb" : type);
    }

    private void addShares(GuestCommand command) {
        for (ShareArgument share : request.shares()) {
            command.share(share.host(), share.guest(), share.readOnly());
        }
    }

    private int report(CommandResult result, @Nullable Shutdown end, String command, ConsoleTail console) {
        if (result instanceof CommandResult.Unfinished) {
            if (!request.verbose()) {
                console.printTo(System.err);
            }
            if (end != null) {
                showRegisters(end);
            }
        }
        String explanation = ExitStatus.explanation(result, command);
        if (!explanation.isEmpty()) {
            String panic = result instanceof CommandResult.Unfinished ? console.panic() : "";
            Main.say(panic.isEmpty() ? explanation : explanation + " (" + panic + ")");
        }
        return ExitStatus.of(result);
    }

    /** The init of the initrd or of the root disk, on the console. */
    @SuppressWarnings("try") // the terminal is only there to be restored
    private int runInit(DomainBuilder builder, Path kernel, @Nullable StatisticsFile statistics)
            throws InterruptedException {
        Path initrd = request.initrd();
        CommandSession session = null;
        if (initrd != null) {
            builder.kernel(kernel).commandLine(kernelCommandLine()).initrd(initrd);
        } else {
            GuestCommand init = GuestCommand.initOfRootDisk();
            addShares(init);
            session = init.addTo(builder, kernel, kernelCommandLine());
        }
        boolean elsewhere = consoles != null && consoles.hasFirst();
        boolean interactive = !elsewhere && GuestTerminal.isInteractive();
        StreamConsole console = elsewhere ? new StreamConsole(stderr, null) : ownConsole(interactive);
        ConsoleTail tail =
                elsewhere ? new ConsoleTail(firstConsole(request.verbose() ? console : Console.DISCARD)) : null;
        builder.console(tail == null ? console : tail).earlyConsole(tail == null ? Console.DISCARD : tail);
        Shutdown shutdown;
        CommandResult result;
        try (GuestTerminal terminal = interactive ? GuestTerminal.takeOver() : null;
                Domain domain = start(builder)) {
            interruption.watch(domain, null);
            Duration limit = request.timeout();
            shutdown = limit == null ? domain.await() : domain.await(limit);
            if (shutdown == null) {
                showRegisters(domain);
            }
            // Of the agent that was to become the root disk's init: it may have failed.
            result = shutdown == null || session == null ? null : session.await(domain);
            console.finish();
            if (statistics != null) {
                statistics.write(domain.statistics(), request.memory());
            }
        }
        if (interruption.status() != 0) {
            return interruption.status();
        }
        if (shutdown == null) {
            return timedOut();
        }
        if (result instanceof CommandResult.Unfinished unfinished && shutdown.reason() == Shutdown.Reason.POWEROFF) {
            Main.say(unfinished.reason());
            return ExitStatus.LODGE_FAILED;
        }
        return report(shutdown, request.verbose() ? null : tail);
    }

    private StreamConsole ownConsole(boolean interactive) {
        InputStream input = GuestTerminal.standardInput();
        return new StreamConsole(stdout, interactive ? GuestTerminal.keys(input, interruption::leave) : input);
    }

    private static int report(Shutdown shutdown, @Nullable ConsoleTail unseen) {
        return switch (shutdown.reason()) {
            case POWEROFF, REBOOT -> ExitStatus.OK;
            case SUSPEND, CRASH, WATCHDOG, SOFT_RESET, DESTROYED, FAILED -> {
                String detail = shutdown.detail();
                if (unseen != null) {
                    unseen.printTo(System.err);
                }
                showRegisters(shutdown);
                Main.say("the guest ended by " + shutdown.reason() + (detail.isEmpty() ? "" : ": " + detail));
                yield ExitStatus.LODGE_FAILED;
            }
        };
    }

    private static void showRegisters(Shutdown end) {
        RegisterDump registers = end.registers();
        if (registers != null) {
            System.err.println(registers.text());
        }
    }

    /** Of a guest whose time was up: where it hung. */
    private void showRegisters(Domain domain) throws InterruptedException {
        if (request.verbose()) {
            domain.registers().forEach(registers -> System.err.println(registers.text()));
        }
    }

    private int timedOut() {
        Main.say("the guest was ended: its time was up (--timeout)");
        return ExitStatus.TIMED_OUT;
    }
}
