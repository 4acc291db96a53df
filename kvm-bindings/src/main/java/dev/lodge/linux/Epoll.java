package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Waits for many files at once ({@code epoll(7)}, level-triggered unless asked otherwise). Any thread adds and removes;
 * one thread waits and then reads what is ready with {@link #token} and {@link #events}, without allocation.
 */
public final class Epoll implements AutoCloseable {
    public static final int EPOLLIN = 0x001;
    public static final int EPOLLOUT = 0x004;
    public static final int EPOLLERR = 0x008;
    public static final int EPOLLHUP = 0x010;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLET = 1 << 31;

    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;

    private static final int MAX_EVENTS = 64;

    private final FileDescriptor file;
    private final MemorySegment ready = Arena.ofAuto().allocate(MAX_EVENTS * epoll_event.SIZEOF, Long.BYTES);
    private final Syscall syscall = new Syscall();
    private int count;

    private Epoll(FileDescriptor file) {
        this.file = file;
    }

    /** A new one that waits for nothing. */
    public static Epoll create() {
        long fd = LinuxException.check(
                Syscall.invoke(SystemCallNumber.EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0), "epoll_create1");
        return of(FileDescriptor.owned("epoll", (int) fd));
    }

    static Epoll of(FileDescriptor file) {
        return new Epoll(file);
    }

    /**
     * Starts to watch a file.
     *
     * @param events {@code EPOLL*}, or-ed; errors and hang-ups are always watched for
     * @param token what {@link #token} shall say when the file is ready
     * @throws LinuxException with {@code EPERM} for a regular file, {@code EEXIST} for one that is watched already
     */
    public void add(int fd, int events, long token) {
        control(EPOLL_CTL_ADD, "epoll_ctl add", fd, events, token);
    }

    /** Changes what a watched file is watched for. */
    public void modify(int fd, int events, long token) {
        control(EPOLL_CTL_MOD, "epoll_ctl modify", fd, events, token);
    }

    /** Stops to watch a file. Closing the file's last descriptor does it too. */
    public void remove(int fd) {
        control(EPOLL_CTL_DEL, "epoll_ctl remove", fd, 0, 0);
    }

    /**
     * Waits until a watched file is ready. For one thread at a time.
     *
     * @param timeoutMillis longest wait; 0 looks without waiting, -1 waits for ever
     * @return how many files are ready, at most 64; 0 on timeout or when a signal came
     */
    public int await(int timeoutMillis) {
        count = 0;
        long result = syscall.epollWait(file.fd(), ready, MAX_EVENTS, timeoutMillis);
        count = result == -Errno.EINTR ? 0 : (int) LinuxException.check(result, "epoll_wait");
        return count;
    }

    /** The token of the {@code i}-th ready file of the last {@link #await}. */
    public long token(int i) {
        return ready.get(
                JAVA_LONG_UNALIGNED, Objects.checkIndex(i, count) * epoll_event.SIZEOF + epoll_event.data$offset);
    }

    /** What the {@code i}-th ready file of the last {@link #await} is ready for: {@code EPOLL*}, or-ed. */
    public int events(int i) {
        return ready.get(
                JAVA_INT_UNALIGNED, Objects.checkIndex(i, count) * epoll_event.SIZEOF + epoll_event.events$offset);
    }

    /** The number; -1 once closed. */
    public int fd() {
        return file.fd();
    }

    @Override
    public void close() {
        file.close();
    }

    private void control(int operation, String call, int fd, int events, long token) {
        Syscall caller = Syscall.current();
        MemorySegment event = caller.scratch();
        event.set(JAVA_INT, epoll_event.events$offset, events);
        event.set(JAVA_LONG_UNALIGNED, epoll_event.data$offset, token);
        LinuxException.check(
                caller.call(SystemCallNumber.EPOLL_CTL, file.fd(), operation, fd, caller.scratchAddress(), 0, 0), call);
    }
}
