package dev.lodge.cli;

import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import org.jspecify.annotations.Nullable;

/** What a user is told of a guest's end on standard error, and the exit status that goes with it. */
final class EndReport {
    private final boolean verbose;

    /** @param verbose whether the user has seen the kernel's console, and wants to see registers */
    EndReport(boolean verbose) {
        this.verbose = verbose;
    }

    /**
     * Of a guest that ran a command.
     *
     * @param end null if the domain has not said how it ended
     * @param command its first word
     */
    int ofCommand(CommandResult result, @Nullable Shutdown end, String command, ConsoleTail console) {
        if (result instanceof CommandResult.Unfinished) {
            if (!verbose) {
                console.printTo(System.err);
            }
            if (end != null) {
                show(end.registers());
            }
        }
        String explanation = ExitStatus.explanation(result, command);
        if (!explanation.isEmpty()) {
            String panic = result instanceof CommandResult.Unfinished ? console.panic() : "";
            Main.say(panic.isEmpty() ? explanation : explanation + " (" + panic + ")");
        }
        return ExitStatus.of(result);
    }

    /**
     * Of a guest that ran an init.
     *
     * @param agent how the agent ended that was to become that init; null if there was none
     * @param console null if the user has seen it all
     */
    int ofInit(Shutdown end, @Nullable CommandResult agent, @Nullable ConsoleTail console) {
        if (agent instanceof CommandResult.Unfinished failed && end.reason() == Shutdown.Reason.POWEROFF) {
            Main.say(failed.reason());
            return ExitStatus.LODGE_FAILED;
        }
        return switch (end.reason()) {
            case POWEROFF, REBOOT -> ExitStatus.OK;
            case SUSPEND, CRASH, WATCHDOG, SOFT_RESET, DESTROYED, FAILED -> {
                if (console != null && !verbose) {
                    console.printTo(System.err);
                }
                show(end.registers());
                String detail = end.detail();
                Main.say("the guest ended by " + end.reason() + (detail.isEmpty() ? "" : ": " + detail));
                yield ExitStatus.LODGE_FAILED;
            }
        };
    }

    /** Of a guest whose time was up. */
    int ofTimeout() {
        Main.say("the guest was ended: its time was up (--timeout)");
        return ExitStatus.TIMED_OUT;
    }

    /** Where a guest hangs, whose time is up; before it is closed. */
    void showWhereItHangs(Domain domain) throws InterruptedException {
        if (verbose) {
            domain.registers().forEach(EndReport::show);
        }
    }

    private static void show(@Nullable RegisterDump registers) {
        if (registers != null) {
            System.err.println(registers.text());
        }
    }
}
