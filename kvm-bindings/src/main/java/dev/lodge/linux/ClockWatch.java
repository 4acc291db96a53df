package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Tells when the host's time of day is set, or jumps because the host was suspended: a {@code timerfd(2)} that is never due
 * but for {@code TFD_TIMER_CANCEL_ON_SET}. An {@link Epoll} can wait for it. One thread at a time.
 */
public final class ClockWatch implements AutoCloseable {
    private static final int TFD_TIMER_CANCEL_ON_SET = 2;
    private static final long NEVER_SECONDS = Long.MAX_VALUE / Clock.NANOS_PER_SECOND / 2;

    private final FileDescriptor file;

    private ClockWatch(FileDescriptor file) {
        this.file = file;
    }

    /** Watches from now on. */
    public static ClockWatch create() {
        long fd = LinuxException.check(
                Syscall.invoke(
                        SystemCallNumber.TIMERFD_CREATE, Clock.REALTIME, TimerFd.TFD_CLOEXEC | TimerFd.TFD_NONBLOCK, 0),
                "timerfd_create");
        var watch = new ClockWatch(FileDescriptor.owned("timerfd", (int) fd));
        watch.arm();
        return watch;
    }

    static ClockWatch of(FileDescriptor file) {
        return new ClockWatch(file);
    }

    private void arm() {
        Syscall syscall = Syscall.current();
        MemorySegment time = syscall.zeroedScratch(itimerspec.SIZEOF);
        time.set(JAVA_LONG, itimerspec.it_value$tv_sec$offset, NEVER_SECONDS);
        long result = syscall.call(
                SystemCallNumber.TIMERFD_SETTIME,
                file.fd(),
                TimerFd.TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                syscall.scratchAddress(),
                0,
                0,
                0);
        if (result != -Errno.ECANCELED) { // it jumped just now, which the next look will tell
            LinuxException.check(result, "timerfd_settime");
        }
    }

    /** Whether the clock has jumped since the last look; there is something to read from the file if so. */
    public boolean hasJumped() {
        Syscall syscall = Syscall.current();
        long result = syscall.call(SystemCallNumber.READ, file.fd(), syscall.scratchAddress(), Long.BYTES, 0, 0, 0);
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            return false;
        }
        if (result != -Errno.ECANCELED) {
            LinuxException.check(result, "read timerfd");
        }
        arm();
        return true;
    }

    /** The number, for {@link Epoll}; -1 once closed. */
    public int fd() {
        return file.fd();
    }

    @Override
    public void close() {
        file.close();
    }
}
