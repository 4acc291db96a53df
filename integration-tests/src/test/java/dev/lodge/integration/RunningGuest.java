package dev.lodge.integration;

import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.GuestCommand;
import dev.lodge.vmm.Lodge;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A Linux guest that goes on running a shell's command line while a test does things to it; {@link TimeLimit} ends it. */
final class RunningGuest implements AutoCloseable {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final TextConsole console = new TextConsole();
    final Domain domain;

    RunningGuest(String kernel, UnaryOperator<DomainBuilder> more, String script) {
        DomainBuilder builder =
                more.apply(Lodge.domain().name("ref").console(console).earlyConsole(console));
        GuestCommand.of("sh", "-c", script)
                .busybox(Checkout.busybox())
                .stdout(stdout)
                .stderr(stdout)
                .addTo(builder, Checkout.kernel(kernel), "console=hvc0 quiet panic=-1");
        domain = TimeLimit.watch(builder.start());
    }

    String said() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    /** Waits until the guest has said a line. */
    void awaitLine(String line) throws InterruptedException {
        await(() -> ("\n" + said()).contains("\n" + line + "\n"), line);
    }

    /** Waits for something that the guest brings about. */
    void await(BooleanSupplier condition, String what) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (domain.shutdown() != null) {
                throw new AssertionError("the guest ended before: " + what + "\n" + said() + console.text());
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        domain.close();
    }
}
