package dev.lodge.vmm;

import dev.lodge.vmm.agent.AgentSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@link GuestCommand} on its way through a domain.
 *
 * <p>Any thread may call; {@link #await} is for one of them.
 */
public final class CommandSession {
    /** How long a guest whose command has ended may take to power off. */
    private static final Duration POWER_OFF = Duration.ofSeconds(5);

    private final AgentSession agent;
    private final boolean ownInit;
    private final Object lock = new Object();
    private @Nullable Domain domain;
    private boolean ended;

    /** @param ownInit whether there is no command: the agent becomes an init, of which nothing more is heard */
    CommandSession(@Nullable InputStream stdin, OutputStream stdout, OutputStream stderr, boolean ownInit) {
        this.ownInit = ownInit;
        agent = new AgentSession(stdin, stdout, stderr, this::commandEnded);
    }

    Console console() {
        return agent;
    }

    /**
     * Sends a signal to the command's process group; one sent before the command has started waits for it.
     *
     * @param number 1 to 64
     * @throws IllegalArgumentException if there is no such signal
     */
    public void signal(int number) {
        agent.signal(number);
    }

    /** Tells the command's terminal, if it has one, its new size in characters, 0 to 65,535 each. */
    public void windowSize(int rows, int columns) {
        agent.windowSize(rows, columns);
    }

    /**
     * Waits until the domain has shut down and the command's output is written.
     *
     * @param running the domain to which the command was added
     * @throws InterruptedException if the thread is interrupted; the domain goes on
     */
    public CommandResult await(Domain running) throws InterruptedException {
        watch(running);
        return conclude(running.await());
    }

    /** As {@link #await(Domain)}, but returns null when the domain still runs after the time given. */
    public @Nullable CommandResult await(Domain running, Duration limit) throws InterruptedException {
        watch(running);
        Shutdown shutdown = running.await(limit);
        return shutdown == null ? null : conclude(shutdown);
    }

    private CommandResult conclude(Shutdown shutdown) throws InterruptedException {
        agent.finish();
        CommandResult result = agent.result();
        if (result != null) {
            return result;
        }
        Shutdown.Reason reason = shutdown.reason();
        if (ownInit && (reason == Shutdown.Reason.POWEROFF || reason == Shutdown.Reason.REBOOT)) {
            return new CommandResult.Exited(0);
        }
        return new CommandResult.Unfinished(withoutStatus(shutdown));
    }

    private static String withoutStatus(Shutdown shutdown) {
        return switch (shutdown.reason()) {
            case POWEROFF -> "the guest powered off before its command ended";
            case REBOOT -> "the guest rebooted before its command ended";
            case SUSPEND -> "the guest suspended itself before its command ended";
            case CRASH -> with("the guest crashed", shutdown);
            case WATCHDOG -> with("the guest's watchdog fired", shutdown);
            case SOFT_RESET -> "the guest reset itself before its command ended";
            case FAILED -> with("Lodge failed at running the guest", shutdown);
            case DESTROYED -> "the domain was destroyed before its command ended";
        };
    }

    private static String with(String what, Shutdown shutdown) {
        return shutdown.detail().isEmpty() ? what : what + ": " + shutdown.detail();
    }

    private void watch(Domain running) {
        boolean late;
        synchronized (lock) {
            late = domain == null && ended;
            domain = running;
        }
        if (late) {
            endSoon(running);
        }
    }

    /** On the domain's I/O thread. */
    private void commandEnded() {
        Domain running;
        synchronized (lock) {
            ended = true;
            running = domain;
        }
        if (running != null) {
            endSoon(running);
        }
    }

    /** A guest that has told its command's status powers off; one that does not is ended. */
    private void endSoon(Domain running) {
        boolean orderly = agent.result() instanceof CommandResult.Exited;
        Thread thread = new Thread(null, () -> end(running, orderly ? POWER_OFF : Duration.ZERO), "ending", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Domain running, Duration grace) {
        try {
            if (running.await(grace) != null) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.destroy();
    }
}
