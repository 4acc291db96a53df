package dev.lodge.vmm;

/** How a {@link GuestCommand} ended. */
public sealed interface CommandResult {
    /**
     * The command ran and ended.
     *
     * @param status its exit code, or 128 plus the number of the signal that ended it; 0 to 255
     */
    record Exited(int status) implements CommandResult {}

    /**
     * The guest has no such command, or cannot execute it.
     *
     * @param errno of {@code execve} in the guest, such as {@code ENOENT} (2)
     * @param text the same in words; free of control characters
     */
    record NotExecuted(int errno, String text) implements CommandResult {}

    /**
     * There is no status: the guest died, its agent is missing or failed, or the domain was destroyed.
     *
     * @param reason one line
     */
    record Unfinished(String reason) implements CommandResult {}
}
