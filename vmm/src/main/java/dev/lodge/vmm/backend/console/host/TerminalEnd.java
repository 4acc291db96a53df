package dev.lodge.vmm.backend.console.host;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.OpenFlag;
import dev.lodge.linux.Termios;
import dev.lodge.vmm.io.IoLoop;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A terminal of the host, raw while the guest has it: every key reaches the guest. It is as it was afterwards, also where a
 * signal or an error ends the JVM before.
 *
 * <p>A loop of its own does all, but for the two buffers. The terminal is opened anew, so that not to block is this opening's
 * affair alone.
 */
public final class TerminalEnd extends HostEnd {
    private static final int PIECE = 4 << 10;

    private final FileDescriptor terminal;
    private final Termios before;
    private final IoLoop loop;
    private final IoLoop.Bell bell;
    private final IoLoop.Watch watch;
    private final Thread hook;
    private final CountDownLatch drained = new CountDownLatch(1);
    private final MemorySegment out = Arena.ofAuto().allocate(PIECE);
    private final ByteBuffer outgoing = out.asByteBuffer().limit(0);
    private final MemorySegment in = Arena.ofAuto().allocate(PIECE);
    private final ByteBuffer incoming = in.asByteBuffer();
    private boolean gone;

    private TerminalEnd(Path device, FileDescriptor terminal, long patienceMillis) {
        super("the console's terminal " + device, patienceMillis);
        this.terminal = terminal;
        before = Termios.of(terminal.fd());
        hook = new Thread(null, this::restore, "console-terminal-restore", 0, false);
        loop = new IoLoop("console-terminal", failure -> LOG.error("{} failed", name(), failure));
        try {
            bell = loop.bell(this::move);
            watch = loop.onChange(terminal.fd(), this::move);
            Runtime.getRuntime().addShutdownHook(hook);
            before.raw().apply(terminal.fd());
        } catch (RuntimeException | Error refused) {
            loop.close();
            throw refused;
        }
        said.listen();
        loop.start();
    }

    /**
     * Opens a terminal and makes it raw.
     *
     * @param device such as {@code /dev/pts/3}, or {@code /dev/tty} for this process's own
     * @throws IOException if that cannot be; the message is a line for the user
     */
    public static TerminalEnd open(Path device) throws IOException {
        return open(device, PATIENCE_MILLIS);
    }

    static TerminalEnd open(Path device, long patienceMillis) throws IOException {
        FileDescriptor terminal = null;
        try {
            terminal =
                    FileDescriptor.open(device.toString(), OpenFlag.O_RDWR | OpenFlag.O_NOCTTY | OpenFlag.O_NONBLOCK);
            if (!Termios.isTerminal(terminal.fd())) {
                terminal.close();
                throw new IOException(device + " is no terminal: 'tty' says what yours is called");
            }
            return new TerminalEnd(device, terminal, patienceMillis);
        } catch (LinuxException refused) {
            if (terminal != null) {
                terminal.close();
            }
            throw new IOException("cannot use " + device + " as a terminal: " + refused.getMessage(), refused);
        }
    }

    @Override
    void spoken() {
        bell.ring();
    }

    @Override
    void keysWanted() {
        bell.ring();
    }

    private void move() {
        try {
            if (!gone) {
                write();
            }
            if (!gone) {
                read();
            }
        } catch (LinuxException refused) {
            lose(refused.getMessage());
        }
        if (isClosed() && (gone || !outgoing.hasRemaining() && said.isEmpty())) {
            drained.countDown();
        }
    }

    private void write() {
        while (outgoing.hasRemaining() || said.refill(outgoing)) {
            long count = terminal.write(out, outgoing.position(), outgoing.remaining());
            if (count == -Errno.EAGAIN) {
                return; // the terminal will tell
            }
            if (count > 0) {
                outgoing.position(outgoing.position() + (int) count);
            }
        }
    }

    private void read() {
        for (int room = keys.room(); room > 0; room = keys.room()) {
            long count = terminal.read(in, 0, Math.min(room, PIECE));
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count == 0) {
                lose("it has hung up");
                return;
            }
            if (count > 0) {
                keys.put(incoming.clear().limit((int) count));
                resume();
            }
        }
    }

    private void lose(String reason) {
        gone = true;
        loop.remove(watch);
        said.leave();
        LOG.warn("{} is gone ({}): the guest goes on without it", name(), reason);
    }

    private void restore() {
        try {
            before.apply(terminal.fd());
        } catch (LinuxException e) {
            // the terminal is gone: its window was closed
        }
    }

    @Override
    void finish() {
        bell.ring();
        try {
            var _ = drained.await(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        restore();
        terminal.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending already; the hook finds the file closed
        }
    }
}
