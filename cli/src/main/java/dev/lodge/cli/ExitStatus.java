package dev.lodge.cli;

import dev.lodge.vmm.CommandResult;

/** Exit statuses, as those of {@code timeout}, {@code env} and the shells. */
final class ExitStatus {
    static final int OK = 0;
    static final int TIMED_OUT = 124;
    static final int LODGE_FAILED = 125;
    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private static final int SIGNALLED = 128;
    private static final int ENOENT = 2;

    private ExitStatus() {}

    static int ofSignal(int number) {
        return SIGNALLED + number;
    }

    static int of(CommandResult result) {
        if (result instanceof CommandResult.Exited exited) {
            return exited.status();
        }
        if (result instanceof CommandResult.NotExecuted notExecuted) {
            return notExecuted.errno() == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
        }
        return LODGE_FAILED;
    }

    /** What to say about a command without a status of its own; empty when its status says it all. */
    static String explanation(CommandResult result, String command) {
        if (result instanceof CommandResult.NotExecuted notExecuted) {
            boolean unknown = notExecuted.errno() == ENOENT && command.indexOf('/') < 0;
            return command + ": " + (unknown ? "not found in the guest" : notExecuted.text());
        }
        return result instanceof CommandResult.Unfinished unfinished ? unfinished.reason() : "";
    }
}
