package dev.lodge.cli;

import dev.lodge.linux.LinuxException;
import dev.lodge.linux.Termios;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.CommandSession;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.GuestCommand;
import dev.lodge.vmm.Lodge;
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
import org.jspecify.annotations.Nullable;

/** {@code lodge run}: one guest, one command, one exit status. */
final class RunCommand {
    private static final Path DEVICE = Path.of("/dev/kvm");

    private final RunRequest request;
    private final GuestDescription guest;
    private final @Nullable StatisticsFile statistics;
    private final EndReport report;
    private final OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);
    private final Interruption interruption = new Interruption();
    private @Nullable GuestConsoles consoles;

    private RunCommand(RunRequest request) {
        this.request = request;
        guest = new GuestDescription(request);
        statistics = request.stats() == null ? null : StatisticsFile.at(request.stats());
        report = new EndReport(request.verbose());
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
        return new RunCommand(request).run();
    }

    /** A host without a device at all is told so, with its errno, when the device is opened. */
    private static void refuseSoftwareKvm() {
        if (Files.isWritable(DEVICE)) {
            throw new CommandLineException("this processor has neither vmx nor svm, so its /dev/kvm is a software KVM,"
                    + " too slow for Linux: use the lab (lab/run -- ./lodge run ...), or --force");
        }
    }

    @SuppressWarnings("try") // the socket is only there to be closed
    private int run() throws InterruptedException {
        Path xenstore = request.xenstore();
        if (xenstore == null) {
            return runWithConsoles();
        }
        try (XenstoreSocket socket = Lodge.xenstoreSocket(xenstore)) {
            return runWithConsoles();
        } catch (IOException refused) {
            throw new CommandLineException(String.valueOf(refused.getMessage()));
        }
    }

    private int runWithConsoles() throws InterruptedException {
        DomainBuilder builder = guest.machine();
        if (request.consoles().isEmpty()) {
            return run(builder);
        }
        try (GuestConsoles opened = GuestConsoles.open(request, interruption::leave)) {
            opened.addTo(builder);
            consoles = opened;
            return run(builder);
        }
    }

    private int run(DomainBuilder builder) throws InterruptedException {
        return request.runsOwnInit() ? runInit(builder) : runCommand(builder);
    }

    private int runCommand(DomainBuilder builder) throws InterruptedException {
        StreamConsole shown = request.verbose() ? new StreamConsole(stderr, null) : null;
        var console = new ConsoleTail(firstConsole(shown == null ? Console.DISCARD : shown));
        boolean interactive = GuestTerminal.isInteractive();
        CommandSession session = guest.add(withStreams(guest.command(), interactive), builder);
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
                report.showWhereItHangs(domain);
            }
            if (shown != null) {
                shown.finish();
            }
            writeStatistics(domain);
        }
        if (interruption.status() != 0) {
            return interruption.status();
        }
        return result == null
                ? report.ofTimeout()
                : report.ofCommand(result, end, guest.words().getFirst(), console);
    }

    private GuestCommand withStreams(GuestCommand command, boolean interactive) {
        command.stdout(stdout).stderr(stderr);
        InputStream input = GuestTerminal.standardInput();
        if (!interactive) {
            return command.stdin(input);
        }
        String type = System.getenv("TERM");
        Termios.WindowSize size = Termios.windowSize(GuestTerminal.STDOUT);
        return command.stdin(GuestTerminal.keys(input, interruption::leave))
                .terminal(size.rows(), size.columns())
                .environment("TERM", type == null ? "dumb" : type);
    }

    /** The init of the initrd or of the root disk, on the console. */
    @SuppressWarnings("try") // the terminal is only there to be restored
    private int runInit(DomainBuilder builder) throws InterruptedException {
        CommandSession session = guest.addInit(builder);
        boolean elsewhere = consoles != null && consoles.hasFirst();
        boolean interactive = !elsewhere && GuestTerminal.isInteractive();
        StreamConsole console = elsewhere ? new StreamConsole(stderr, null) : ownConsole(interactive);
        ConsoleTail tail =
                elsewhere ? new ConsoleTail(firstConsole(request.verbose() ? console : Console.DISCARD)) : null;
        builder.console(tail == null ? console : tail).earlyConsole(tail == null ? Console.DISCARD : tail);
        Shutdown end;
        CommandResult agent;
        try (GuestTerminal terminal = interactive ? GuestTerminal.takeOver() : null;
                Domain domain = start(builder)) {
            interruption.watch(domain, null);
            Duration limit = request.timeout();
            end = limit == null ? domain.await() : domain.await(limit);
            if (end == null) {
                report.showWhereItHangs(domain);
            }
            // Of the agent that was to become the root disk's init: it may have failed.
            agent = end == null || session == null ? null : session.await(domain);
            console.finish();
            writeStatistics(domain);
        }
        if (interruption.status() != 0) {
            return interruption.status();
        }
        return end == null ? report.ofTimeout() : report.ofInit(end, agent, tail);
    }

    private StreamConsole ownConsole(boolean interactive) {
        InputStream input = GuestTerminal.standardInput();
        return new StreamConsole(stdout, interactive ? GuestTerminal.keys(input, interruption::leave) : input);
    }

    /** What has the kernel's console: what --console gives it to, beside what else shows it. */
    private Console firstConsole(Console usual) {
        return consoles == null ? usual : consoles.firstOr(usual);
    }

    private Domain start(DomainBuilder builder) {
        Domain domain = builder.start();
        HostMemory.check(request.memory());
        return domain;
    }

    private void writeStatistics(Domain domain) {
        if (statistics != null) {
            statistics.write(domain.statistics(), request.memory());
        }
    }
}
