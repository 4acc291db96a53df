package dev.lodge.cli;

import dev.lodge.linux.LinuxException;
import dev.lodge.linux.Termios;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The user's terminal while a guest has it: raw, so that every key reaches the guest, except that Ctrl-] leaves.
 *
 * <p>It is restored by {@link #close}, from any thread and as often as is liked, and by a shutdown hook, so that a signal
 * or an error which ends the JVM leaves no raw terminal behind.
 */
final class GuestTerminal implements AutoCloseable {
    static final int STDIN = 0;
    static final int STDOUT = 1;

    /** Ctrl-]. */
    static final byte LEAVE = 0x1d;

    private final Termios before;
    private final Thread hook;

    private GuestTerminal(Termios before) {
        this.before = before;
        hook = new Thread(null, this::restore, "terminal", 0, false);
    }

    /** Whether the user sits at both ends: a command then gets a terminal, too. */
    static boolean isInteractive() {
        return Termios.isTerminal(STDIN) && Termios.isTerminal(STDOUT);
    }

    /** Makes the terminal raw. */
    static GuestTerminal takeOver() {
        var terminal = new GuestTerminal(Termios.of(STDIN));
        Runtime.getRuntime().addShutdownHook(terminal.hook);
        terminal.before.raw().apply(STDIN);
        return terminal;
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending already; the hook restores what is restored
        }
    }

    private void restore() {
        try {
            before.applyAfterDrain(STDIN);
        } catch (LinuxException e) {
            // the terminal is gone: its window was closed
        }
    }

    /** Keys as they are typed; Ctrl-] ends them and tells {@code leaving}. */
    static InputStream keys(InputStream source, Runnable leaving) {
        return new Keys(source, leaving);
    }

    /** Standard input without a buffer in between: what the guest does not read stays for the shell. */
    static InputStream standardInput() {
        return new FileInputStream(FileDescriptor.in);
    }

    private static final class Keys extends InputStream {
        private final InputStream source;
        private final Runnable leaving;
        private boolean left;

        Keys(InputStream source, Runnable leaving) {
            this.source = source;
            this.leaving = leaving;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] keys, int offset, int length) throws IOException {
            int count = left ? -1 : source.read(keys, offset, length);
            for (int i = 0; i < count; i++) {
                if (keys[offset + i] == LEAVE) {
                    left = true;
                    leaving.run();
                    return i == 0 ? -1 : i;
                }
            }
            return count;
        }
    }
}
