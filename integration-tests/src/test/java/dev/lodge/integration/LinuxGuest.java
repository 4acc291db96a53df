package dev.lodge.integration;

import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.CommandSession;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.GuestCommand;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A Linux guest that runs one command, by the embedding API. */
final class LinuxGuest {
    private final Path kernel;
    private final TextConsole console = new TextConsole();
    private String commandLine = "console=hvc0 quiet panic=-1";
    private int vcpus = 1;
    private OutputStream stdout = new ByteArrayOutputStream();

    /** How it ended, and what it said. */
    record Outcome(
            CommandResult result,
            Shutdown shutdown,
            Statistics statistics,
            String stdout,
            String stderr,
            String console) {}

    LinuxGuest(Path kernel) {
        this.kernel = kernel;
    }

    LinuxGuest commandLine(String words) {
        commandLine = words;
        return this;
    }

    LinuxGuest vcpus(int count) {
        vcpus = count;
        return this;
    }

    LinuxGuest stdout(OutputStream stream) {
        stdout = stream;
        return this;
    }

    /** Runs a shell's command line in it. */
    Outcome run(String script) throws InterruptedException {
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        DomainBuilder builder =
                Lodge.domain().name("linux").vcpus(vcpus).console(console).earlyConsole(console);
        CommandSession session = GuestCommand.of("sh", "-c", script)
                .busybox(Checkout.busybox())
                .stdout(stdout)
                .stderr(stderr)
                .addTo(builder, kernel, commandLine);
        try (Domain domain = TimeLimit.watch(builder.start())) {
            CommandResult result = session.await(domain);
            return new Outcome(
                    result,
                    domain.await(),
                    domain.statistics(),
                    stdout.toString(),
                    stderr.toString(StandardCharsets.UTF_8),
                    console.text());
        }
    }
}
