package dev.lodge.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the agent is to run: the content of {@code /.lodge/job} in the guest. The format, a sequence of strings each
 * ended by a NUL, is described in {@code src/main/c/agent/job.h}.
 *
 * @param command the program and its arguments; the program is searched in the job's {@code PATH} unless it has a slash.
 *     Empty for the root disk's own init, which then is PID 1
 * @param environment the command's environment; the agent adds {@code PATH} and {@code HOME} where they are missing.
 *     A command with a terminal needs {@code TERM}
 * @param directory where the command starts, in the guest
 * @param terminal the size of the command's terminal; null for a command with three pipes
 * @param shares the host's folders, mounted in this order
 * @param rootDisk the disk whose file system is the guest's root, such as {@code xvda}; empty if none is
 */
public record Job(
        List<String> command,
        Map<String, String> environment,
        String directory,
        @Nullable TerminalSize terminal,
        List<SharedFolder> shares,
        String rootDisk) {
    private static final String FORMAT = "lodge-job-3";
    private static final int SHARE_STRINGS = 3;

    /**
     * Checks the job.
     *
     * @throws IllegalArgumentException if there is neither a command nor a root disk, or a string cannot be passed to
     *     {@code execve}
     */
    public Job {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        shares = List.copyOf(shares);
        boolean named = !command.isEmpty() && !command.getFirst().isEmpty();
        if (!named && (rootDisk.isEmpty() || !command.isEmpty())) {
            throw new IllegalArgumentException("a job without a command");
        }
        for (String argument : command) {
            rejectNul(argument);
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getKey().isEmpty() || variable.getKey().indexOf('=') >= 0) {
                throw new IllegalArgumentException("no name for a variable: '" + variable.getKey() + "'");
            }
            rejectNul(variable.getKey());
            rejectNul(variable.getValue());
        }
        if (directory.isEmpty()) {
            throw new IllegalArgumentException("a job without a directory");
        }
        rejectNul(directory);
        if (rootDisk.indexOf('/') >= 0 || rootDisk.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no disk's name: '" + rootDisk.replace('\0', '?') + "'");
        }
    }

    /** A job without shared folders or a root disk. */
    public Job(
            List<String> command, Map<String, String> environment, String directory, @Nullable TerminalSize terminal) {
        this(command, environment, directory, terminal, List.of(), "");
    }

    /** A command with three pipes, the agent's environment and {@code /} as its directory. */
    public static Job of(String... command) {
        return new Job(List.of(command), Map.of(), "/", null);
    }

    byte[] encode() {
        var out = new ByteArrayOutputStream(512);
        put(out, FORMAT);
        put(out, directory);
        put(out, terminal == null ? "" : Integer.toString(terminal.rows()));
        put(out, terminal == null ? "" : Integer.toString(terminal.columns()));
        put(out, rootDisk);
        put(out, Integer.toString(command.size()));
        for (String argument : command) {
            put(out, argument);
        }
        put(out, Integer.toString(environment.size()));
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            put(out, variable.getKey() + "=" + variable.getValue());
        }
        put(out, Integer.toString(shares.size() * SHARE_STRINGS));
        for (SharedFolder share : shares) {
            put(out, share.tag());
            put(out, share.path());
            put(out, share.readOnly() ? "ro" : "rw");
        }
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private static void rejectNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL in '" + text.replace('\0', '?') + "'");
        }
    }
}
