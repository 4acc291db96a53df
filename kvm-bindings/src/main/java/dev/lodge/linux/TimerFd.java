package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A timer that an {@link Epoll} can wait for ({@code timerfd(2)}), on the clock of {@link System#nanoTime}. Close-on-exec,
 * and never blocks. Safe for use by several threads; no method but {@link #create} allocates.
 */
public final class TimerFd implements AutoCloseable {
    static final int TFD_CLOEXEC = 0x80000;
    static final int TFD_NONBLOCK = 0x800;
    static final int TFD_TIMER_ABSTIME = 1;

    private final FileDescriptor file;

    private TimerFd(FileDescriptor file) {
        this.file = file;
    }

    /** A new timer, not armed. */
    public static TimerFd create() {
        long fd = LinuxException.check(
                Syscall.invoke(SystemCallNumber.TIMERFD_CREATE, Clock.MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK, 0),
                "timerfd_create");
        return of(FileDescriptor.owned("timerfd", (int) fd));
    }

    static TimerFd of(FileDescriptor file) {
        return new TimerFd(file);
    }

    /**
     * Fires once, at a time.
     *
     * @param nanos on the scale of {@link System#nanoTime}; one that has passed, zero and less included, fires at once
     */
    public void armAbsolute(long nanos) {
        set(TFD_TIMER_ABSTIME, Math.max(nanos, 1), 0);
    }

    /**
     * Fires again and again.
     *
     * @param periodNanos from now to the first time, and from each to the next; more than zero
     */
    public void armPeriodic(long periodNanos) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("a period of " + periodNanos + " ns");
        }
        set(0, periodNanos, periodNanos);
    }

    /** Fires no more. What has fired and was not drained is forgotten. */
    public void disarm() {
        set(0, 0, 0);
    }

    /**
     * How often it fired since the last time this was asked or the timer was set; 0 when it did not.
     */
    public long drain() {
        return file.readCount("read timerfd");
    }

    /** The number, for {@link Epoll}; -1 once closed. */
    public int fd() {
        return file.fd();
    }

    @Override
    public void close() {
        file.close();
    }

    private void set(int flags, long firstNanos, long periodNanos) {
        Syscall syscall = Syscall.current();
        MemorySegment time = syscall.scratch();
        time.set(JAVA_LONG, itimerspec.it_interval$tv_sec$offset, periodNanos / Clock.NANOS_PER_SECOND);
        time.set(JAVA_LONG, itimerspec.it_interval$tv_nsec$offset, periodNanos % Clock.NANOS_PER_SECOND);
        time.set(JAVA_LONG, itimerspec.it_value$tv_sec$offset, firstNanos / Clock.NANOS_PER_SECOND);
        time.set(JAVA_LONG, itimerspec.it_value$tv_nsec$offset, firstNanos % Clock.NANOS_PER_SECOND);
        LinuxException.check(
                syscall.call(SystemCallNumber.TIMERFD_SETTIME, file.fd(), flags, syscall.scratchAddress(), 0, 0, 0),
                "timerfd_settime");
    }
}
