package dev.lodge.vmm.backend.console.host;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's end of a console: what the four kinds have in common. The domain's I/O thread meets the two buffers and
 * nothing else.
 */
public abstract class HostEnd implements Console, AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(HostEnd.class);

    /** For how long who does not read may hold up the guest. */
    static final long PATIENCE_MILLIS = 5_000;

    /** For how long a console that is closed waits for who does not read what is left. */
    static final long LAST_WORDS_MILLIS = 1_000;

    final Backlog said;
    final Keys keys = new Keys(this::keysWanted);
    private final String name;
    private final List<ConsolePort> ports = new CopyOnWriteArrayList<>(); // one, and one of the early console
    private final AtomicBoolean toldOfStall = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param name what it is, for the log
     * @param patienceMillis as {@link Backlog}'s
     */
    HostEnd(String name, long patienceMillis) {
        this.name = name;
        said = new Backlog(patienceMillis, this::resume, this::stalled);
    }

    @Override
    public final void attached(ConsolePort port) {
        ports.add(port);
    }

    @Override
    public final int output(MemorySegment bytes) {
        int taken = said.offer(bytes);
        spoken();
        return taken;
    }

    @Override
    public final int input(MemorySegment room) {
        return keys.take(room);
    }

    /** Called when the guest has said something; must not block. */
    void spoken() {
        // who waits for the backlog is woken by it
    }

    /** Called when there is room for keys again; must not block. */
    void keysWanted() {
        // who waits for room is woken by it
    }

    /** Has the I/O thread look for output and input. */
    final void resume() {
        for (ConsolePort port : ports) {
            port.resume();
        }
    }

    private void stalled() {
        if (!toldOfStall.getAndSet(true)) {
            LOG.warn("{} takes nothing: the guest goes on, and what it writes there is lost", name);
        }
    }

    final String name() {
        return name;
    }

    final boolean isClosed() {
        return closed;
    }

    /**
     * Takes nothing more from the guest, lets who listens have what is left, for a moment if it does not take it, and gives
     * everything back. Closing twice is closing once. Not on the domain's I/O thread.
     */
    @Override
    public final void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        said.end();
        keys.end();
        finish();
    }

    /** Ends the threads, and closes what is open. */
    abstract void finish();

    /** Starts a thread that keeps nobody's process from ending. */
    static Thread start(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits for a thread to end, but not for ever; an interrupt is the end of waiting, and kept. */
    static void join(Thread thread, long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
