package dev.lodge.cli;

import dev.lodge.linux.LinuxException;
import dev.lodge.linux.Termios;
import dev.lodge.vmm.CommandSession;
import sun.misc.Signal;

/** Tells a command's terminal how large the window is. Xen's consoles have no such thing: the command channel has. */
final class WindowSizes {
    private WindowSizes() {}

    /** From now on, at each SIGWINCH; and now, as the window may have changed since the command was described. */
    static void follow(CommandSession session) {
        Signal.handle(new Signal("WINCH"), signal -> tell(session));
        tell(session);
    }

    private static void tell(CommandSession session) {
        try {
            Termios.WindowSize size = Termios.windowSize(GuestTerminal.STDOUT);
            session.windowSize(size.rows(), size.columns());
        } catch (LinuxException e) {
            // the terminal is gone: its window was closed
        }
    }
}
