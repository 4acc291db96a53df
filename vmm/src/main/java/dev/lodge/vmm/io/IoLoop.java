package dev.lodge.vmm.io;

import dev.lodge.linux.Epoll;
import dev.lodge.linux.EventFd;
import dev.lodge.vmm.event.Doorbell;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The I/O thread of a domain. What it calls, it calls one at a time, so what only it touches needs no lock.
 *
 * <p>Others reach it by {@link Bell}s. A bell that rings sets its flag and, if the loop may be asleep, writes to the one
 * eventfd that all bells share: many rings cost one wake-up. The loop first clears {@code awake}, then looks at the flags,
 * then sleeps; a ringer first sets its flag, then looks at {@code awake}. Both are volatile, so one sees the other.
 */
public final class IoLoop implements AutoCloseable {

    private static final long WAKE = -1;
    private static final News ALWAYS = () -> true;

    /** So that bells which never stop leave the timers their turn. */
    private static final int ROUNDS_BEFORE_FILES = 16;

    private final Epoll epoll;
    private final EventFd wake;
    private final Thread thread;
    private final AtomicBoolean awake = new AtomicBoolean(true);
    private volatile Watch[] watches = {}; // by token; a place whose watch has ended is taken by the next
    private volatile Bell[] bells = {};
    private final Failures failures;
    private volatile boolean stopping;
    private boolean closed; // guarded by wake

    /** What the loop calls. */
    @FunctionalInterface
    public interface Handler {
        void run();
    }

    /** Whether a ring has a cause. On the thread that rings, which may be any. */
    @FunctionalInterface
    public interface News {
        boolean mayBe();
    }

    /** Told of what a handler throws; the loop goes on. On the loop's thread. */
    @FunctionalInterface
    public interface Failures {
        void failed(Throwable failure);
    }

    /** Wakes the loop to call one handler; several rings before that are one. Any thread, without blocking. */
    public final class Bell implements Doorbell {
        private final Handler handler;
        private final News news;
        private final AtomicBoolean rung = new AtomicBoolean();

        private Bell(Handler handler, News news) {
            this.handler = handler;
            this.news = news;
        }

        /** Whose it is. */
        public IoLoop loop() {
            return IoLoop.this;
        }

        @Override
        public void ring() {
            if (news.mayBe() && !rung.getAndSet(true) && !awake.getAndSet(true)) {
                wakeUp();
            }
        }
    }

    /** A file that the loop waits for. */
    public static final class Watch {
        private final int fd;
        private final Handler handler;
        private volatile boolean ended;

        private Watch(int fd, Handler handler) {
            this.fd = fd;
            this.handler = handler;
        }
    }

    /**
     * A loop that does not run yet.
     *
     * @param name the thread's
     */
    public IoLoop(String name, Failures failures) {
        this.failures = failures;
        epoll = Epoll.create();
        wake = EventFd.create();
        epoll.add(wake.fd(), Epoll.EPOLLIN, WAKE);
        thread = new Thread(this::loop, name);
        thread.setDaemon(true);
    }

    private void wakeUp() {
        synchronized (wake) { // against close(), after which the descriptor may be another's
            if (!closed) {
                wake.ring();
            }
        }
    }

    /** A bell for a handler. Any thread, also while the loop runs. */
    public Bell bell(Handler handler) {
        return bell(handler, ALWAYS);
    }

    /** A bell that is not heard when it rings without a cause: that costs no wake-up. Any thread. */
    public synchronized Bell bell(Handler handler, News news) {
        Bell bell = new Bell(handler, news);
        Bell[] more = new Bell[bells.length + 1];
        System.arraycopy(bells, 0, more, 0, bells.length);
        more[bells.length] = bell;
        bells = more;
        return bell;
    }

    /** Takes a bell off: its handler is not called any more, but for a call that is under way. */
    public synchronized void remove(Bell bell) {
        Bell[] old = bells;
        for (int i = 0; i < old.length; i++) {
            if (old[i] == bell) {
                Bell[] fewer = new Bell[old.length - 1];
                System.arraycopy(old, 0, fewer, 0, i);
                System.arraycopy(old, i + 1, fewer, i, fewer.length - i);
                bells = fewer;
                return;
            }
        }
    }

    /** Has a handler called whenever a file is readable; the handler must read it. Any thread. */
    public Watch onReadable(int fd, Handler handler) {
        return watch(fd, Epoll.EPOLLIN, handler);
    }

    /**
     * Has a handler called when an eventfd is rung, by KVM or another, or a timerfd that is not periodic runs out: several
     * times may be one call. Nobody needs to read the file, which saves a system call each time. Any thread.
     */
    public Watch onRing(int fd, Handler handler) {
        return watch(fd, Epoll.EPOLLIN | Epoll.EPOLLET, handler);
    }

    /**
     * Has a handler called whenever a file has become readable or writable, or its other end is gone. The handler goes on
     * until a call would block, or comes back by itself: it is not called again for what it has left. Any thread.
     */
    public Watch onChange(int fd, Handler handler) {
        return watch(fd, Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLET, handler);
    }

    private synchronized Watch watch(int fd, int events, Handler handler) {
        Watch watch = new Watch(fd, handler);
        Watch[] current = watches;
        int token = 0;
        while (token < current.length && !current[token].ended) {
            token++;
        }
        Watch[] changed = Arrays.copyOf(current, Math.max(current.length, token + 1));
        changed[token] = watch;
        watches = changed;
        epoll.add(fd, events, token);
        return watch;
    }

    /**
     * Ends a watch: its handler is not called any more, but for a call that is under way. Another that begins just then may
     * be called once without a cause. Before the file is closed. Nothing happens if the loop is closed. Any thread.
     */
    public synchronized void remove(Watch watch) {
        watch.ended = true;
        synchronized (wake) {
            if (!closed) {
                epoll.remove(watch.fd);
            }
        }
    }

    public void start() {
        thread.start();
    }

    private void loop() {
        int rounds = 0;
        while (!stopping) {
            awake.set(false);
            boolean worked = answerBells();
            if (worked && ++rounds < ROUNDS_BEFORE_FILES) {
                awake.set(true); // rings from here on need no wake-up, since we look again
                continue;
            }
            rounds = 0;
            int ready = epoll.await(worked ? 0 : -1);
            awake.set(true); // what rings from here on is looked for before the next sleep
            for (int i = 0; i < ready; i++) {
                long token = epoll.token(i);
                if (token == WAKE) {
                    wake.drain();
                } else {
                    Watch watch = watches[(int) token];
                    if (!watch.ended) {
                        call(watch.handler);
                    }
                }
            }
        }
    }

    private boolean answerBells() {
        boolean worked = false;
        for (Bell bell : bells) {
            if (bell.rung.get()) {
                bell.rung.set(false); // before the handler, which then sees what rang
                call(bell.handler);
                worked = true;
            }
        }
        return worked;
    }

    private void call(Handler handler) {
        try {
            handler.run();
        } catch (RuntimeException | Error failure) {
            failures.failed(failure);
        }
    }

    /** Ends the loop, waits for its thread, and frees what it has open; bells that ring later are not heard. */
    @Override
    public void close() {
        stopping = true;
        wakeUp();
        Joining.uninterruptibly(thread);
        synchronized (wake) {
            closed = true;
            wake.close();
            epoll.close();
        }
    }
}
