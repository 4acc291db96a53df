package dev.lodge.vmm;

import dev.lodge.vmm.backend.console.host.FileEnd;
import dev.lodge.vmm.backend.console.host.HostEnd;
import dev.lodge.vmm.backend.console.host.ProgramEnd;
import dev.lodge.vmm.backend.console.host.SocketEnd;
import dev.lodge.vmm.backend.console.host.TerminalEnd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * A guest's console that is connected to a file, a UNIX socket, a program or a terminal of the host.
 *
 * {@snippet :
 * try (HostConsole console = HostConsole.socket(Path.of("/tmp/guest"));
 *         Domain domain = builder.console(2, console).start()) {
 *     domain.await();
 * }
 * }
 *
 * <p>It holds some 32 KiB of bytes that wait, and no more. Whoever reads slowly on the host slows the guest; whoever takes
 * nothing for five seconds, though he could, misses what the guest says from then on, until he takes some again. A file is
 * waited for, since it takes what it is given, or fails. Where nobody is, or is left, the guest is never held up.
 *
 * <p>What goes wrong later, such as a full disk, a program that ends, or a terminal that hangs up, is one line in the log, and
 * the guest goes on. Xen's consoles have no window size to pass on: a guest's program must be told ({@code stty rows 50}). For
 * one domain; it is closed after it.
 */
public final class HostConsole implements Console, AutoCloseable {
    private final HostEnd end;

    private HostConsole(HostEnd end) {
        this.end = end;
    }

    /**
     * A file that the guest's words are appended to, whatever is in it already; made if there is none. The guest reads nothing.
     *
     * @param path a file or a device
     * @throws IOException if it cannot be written; the message is a line for the user
     */
    public static HostConsole file(Path path) throws IOException {
        return new HostConsole(FileEnd.open(path));
    }

    /**
     * A UNIX socket where this process's user, and root, may have the console, one client at a time; another is told so and
     * its connection closed. Who connects first gets the last 16 KiB that the guest said.
     *
     * @param path at most 107 bytes; a socket's file that nobody listens at is replaced
     * @throws IOException if nobody can listen there; the message is a line for the user
     */
    public static HostConsole socket(Path path) throws IOException {
        return new HostConsole(SocketEnd.open(path));
    }

    /**
     * A program whose standard input is what the guest says and whose standard output is what the guest reads. Its standard
     * error is this process's. When the console is closed its input ends; if it does not end of that, within a second, it is
     * made to.
     *
     * @param words its name, searched in {@code PATH} unless it has a slash, and its arguments
     * @throws IOException if it cannot be started
     */
    public static HostConsole program(List<String> words) throws IOException {
        return new HostConsole(ProgramEnd.start(List.copyOf(words)));
    }

    /**
     * A terminal: raw until the console is closed, so that every key reaches the guest.
     *
     * @param device such as {@code /dev/pts/3}, or {@code /dev/tty} for this process's own
     * @throws IOException if it cannot be used, or is no terminal; the message is a line for the user
     */
    public static HostConsole terminal(Path device) throws IOException {
        return new HostConsole(TerminalEnd.open(device));
    }

    @Override
    public void attached(ConsolePort port) {
        end.attached(port);
    }

    @Override
    public int output(MemorySegment bytes) {
        return end.output(bytes);
    }

    @Override
    public int input(MemorySegment room) {
        return end.input(room);
    }

    /**
     * Takes nothing more from the guest, lets who listens have what is left, for a moment if he does not take it, and gives
     * everything back: the socket's file is removed, the terminal as it was. Closing twice is closing once.
     */
    @Override
    public void close() {
        end.close();
    }
}
