package dev.lodge.cli;

import dev.lodge.vmm.CommandSession;
import dev.lodge.vmm.Domain;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * The ways in which a user ends a guest: SIGINT, SIGTERM and SIGHUP, which the command gets first, and Ctrl-], which
 * ends it at once. A second signal does, too.
 *
 * <p>Signals come on threads of the JVM's own; {@code this} guards the fields.
 */
final class Interruption {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int SIGINT = 2;

    private @Nullable Domain domain;
    private @Nullable CommandSession session;
    private int status;

    /** From now on signals are for this domain; before, they end the JVM as it does by itself. */
    synchronized void watch(Domain started, @Nullable CommandSession command) {
        domain = started;
        session = command;
        if (status != 0) {
            endAfter(Duration.ZERO);
        }
        listen("INT");
        listen("TERM");
        listen("HUP");
    }

    /** The exit status that goes with what ended the guest; 0 when nothing did. */
    synchronized int status() {
        return status;
    }

    /** Ctrl-]: from any thread, also before there is a domain. */
    synchronized void leave() {
        status = ExitStatus.ofSignal(SIGINT);
        endAfter(Duration.ZERO);
    }

    /** A signal has come. */
    synchronized void signalled(int number) {
        boolean again = status != 0;
        status = ExitStatus.ofSignal(number);
        if (session != null && !again) {
            session.signal(number);
            endAfter(GRACE);
        } else {
            endAfter(Duration.ZERO);
        }
    }

    private void listen(String name) {
        Signal.handle(new Signal(name), signal -> signalled(signal.getNumber()));
    }

    private void endAfter(Duration grace) {
        Domain ending = domain;
        if (ending != null) {
            Thread thread = new Thread(null, () -> end(ending, grace), "interruption", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void end(Domain ending, Duration grace) {
        try {
            if (ending.await(grace) == null) {
                ending.destroy();
            }
        } catch (InterruptedException e) {
            ending.destroy();
        }
    }
}
