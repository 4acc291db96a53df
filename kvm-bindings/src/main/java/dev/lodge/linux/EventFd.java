package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A counter in the kernel that any thread, or KVM, adds to and one thread waits for ({@code eventfd(2)}): the doorbell
 * between threads. Close-on-exec, and never blocks. Safe for use by several threads; ringing and draining allocate nothing.
 */
public final class EventFd implements AutoCloseable {
    static final int EFD_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;

    private static final MemorySegment ONE = Arena.global().allocate(JAVA_LONG);

    static {
        ONE.set(JAVA_LONG, 0, 1);
    }

    private final FileDescriptor file;

    private EventFd(FileDescriptor file) {
        this.file = file;
    }

    /** A new one, its count zero. */
    public static EventFd create() {
        long fd = LinuxException.check(
                Syscall.invoke(SystemCallNumber.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK, 0), "eventfd2");
        return new EventFd(FileDescriptor.owned("eventfd", (int) fd));
    }

    /** Takes over an eventfd that someone else made, non-blocking. */
    static EventFd of(FileDescriptor file) {
        return new EventFd(file);
    }

    /** Adds one, which wakes whoever waits. A counter that is full stays so: it is no less rung for that. */
    public void ring() {
        var _ = file.write(ONE);
    }

    /**
     * Takes the whole count and leaves zero.
     *
     * @return how often it was rung since the last time; 0 when it was not
     */
    public long drain() {
        return file.readCount("read eventfd");
    }

    /** The number, for {@link Epoll}, {@code KVM_IRQFD} and {@code KVM_IOEVENTFD}; -1 once closed. */
    public int fd() {
        return file.fd();
    }

    @Override
    public void close() {
        file.close();
    }
}
