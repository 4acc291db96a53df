package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * An open file of this process, and the calls that every kind of file has.
 *
 * <p>Safe for use by several threads as far as the kernel makes it so. Once closed, its number is -1: a late call fails with
 * {@code EBADF} and does not reach whatever file got the old number. A thread that is inside a call while another one closes
 * the file is not protected so; the owner stops its threads first.
 */
public final class FileDescriptor implements AutoCloseable {
    private final String name;
    private final boolean owned;
    private volatile int fd;

    private FileDescriptor(String name, int fd, boolean owned) {
        this.name = name;
        this.fd = fd;
        this.owned = owned;
    }

    /**
     * Opens a file, close-on-exec.
     *
     * @param flags {@link OpenFlag}s, or-ed
     * @throws LinuxException naming the path, when the kernel refuses
     */
    public static FileDescriptor open(String path, int flags) {
        return open(path, flags, 0);
    }

    /**
     * Opens or creates a file, close-on-exec.
     *
     * @param flags {@link OpenFlag}s, or-ed
     * @param mode permission bits of a file that this creates
     * @throws LinuxException naming the path, when the kernel refuses
     */
    public static FileDescriptor open(String path, int flags, int mode) {
        long fd = tryOpen(path, flags, mode);
        if (fd < 0) {
            throw new LinuxException("open " + path, (int) -fd);
        }
        return owned(path, (int) fd);
    }

    /**
     * Opens a file, close-on-exec, for a caller with its own way of reporting a refusal.
     *
     * @return the number of the open file, or {@code -errno}
     */
    public static long tryOpen(String path, int flags, int mode) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path holds no NUL");
        }
        try (Arena arena = Arena.ofConfined()) {
            // Not allocateFrom: what it copies by takes milliseconds to link, and a start waits for that.
            MemorySegment bytes = MemorySegment.ofArray(path.getBytes(StandardCharsets.UTF_8));
            MemorySegment cPath = arena.allocate(bytes.byteSize() + 1).copyFrom(bytes);
            long result;
            do {
                result = Syscall.invoke(SystemCallNumber.OPEN, cPath.address(), flags | OpenFlag.O_CLOEXEC, mode);
            } while (result == -Errno.EINTR);
            return result;
        }
    }

    /** Takes over a number that a call returned: closing this closes it. */
    public static FileDescriptor owned(String name, int fd) {
        return new FileDescriptor(name, fd, true);
    }

    /** Wraps a number that someone else owns, such as standard input: closing this closes nothing. */
    public static FileDescriptor borrowed(String name, int fd) {
        return new FileDescriptor(name, fd, false);
    }

    /** The number; -1 once closed. */
    public int fd() {
        return fd;
    }

    /** What was opened, for messages. */
    public String name() {
        return name;
    }

    /**
     * Reads into the whole of {@code buffer}, or less.
     *
     * @return bytes read, 0 at the end of the file; {@code -EAGAIN} or {@code -EINTR} when there is nothing yet
     * @throws LinuxException for any other refusal
     */
    public long read(MemorySegment buffer) {
        return transferred(Syscall.current().transfer(SystemCallNumber.READ, fd, buffer, 0), "read");
    }

    /**
     * Takes the 8 bytes by which an eventfd or a timerfd says how often it was rung or ran out.
     *
     * @param call what to name when the kernel refuses
     * @return 0 where it has nothing to say
     */
    long readCount(String call) {
        Syscall syscall = Syscall.current();
        long result = syscall.call(SystemCallNumber.READ, fd, syscall.scratchAddress(), Long.BYTES, 0, 0, 0);
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            return 0;
        }
        LinuxException.check(result, call);
        return syscall.scratch().get(JAVA_LONG, 0);
    }

    /**
     * Writes {@code buffer}, or the first part of it.
     *
     * @return bytes written; {@code -EAGAIN} or {@code -EINTR} when none can be taken yet
     * @throws LinuxException for any other refusal
     */
    public long write(MemorySegment buffer) {
        return transferred(Syscall.current().transfer(SystemCallNumber.WRITE, fd, buffer, 0), "write");
    }

    /**
     * Reads into a part of {@code buffer}; allocates nothing.
     *
     * @param at offset in bytes
     * @param length most bytes to read
     * @return as {@link #read(MemorySegment)}
     * @throws IndexOutOfBoundsException if the buffer has no such part
     */
    public long read(MemorySegment buffer, long at, long length) {
        return transferred(Syscall.current().transferPart(SystemCallNumber.READ, fd, buffer, at, length), "read");
    }

    /**
     * Writes a part of {@code buffer}, or the first bytes of that; allocates nothing.
     *
     * @param at offset in bytes
     * @param length most bytes to write
     * @return as {@link #write(MemorySegment)}
     * @throws IndexOutOfBoundsException if the buffer has no such part
     */
    public long write(MemorySegment buffer, long at, long length) {
        return transferred(Syscall.current().transferPart(SystemCallNumber.WRITE, fd, buffer, at, length), "write");
    }

    /**
     * Reads from a place in the file, without moving the file's own position.
     *
     * @param offset bytes from the start of the file
     * @return as {@link #read}
     */
    public long pread(MemorySegment buffer, long offset) {
        return transferred(Syscall.current().transfer(SystemCallNumber.PREAD64, fd, buffer, offset), "pread");
    }

    /**
     * Writes to a place in the file, without moving the file's own position.
     *
     * @param offset bytes from the start of the file
     * @return as {@link #write}
     */
    public long pwrite(MemorySegment buffer, long offset) {
        return transferred(Syscall.current().transfer(SystemCallNumber.PWRITE64, fd, buffer, offset), "pwrite");
    }

    /**
     * Fills the whole of {@code buffer} from a regular file, however often the kernel has to be asked.
     *
     * @param offset bytes from the start of the file
     * @return bytes read: less than asked for only where the file ends
     */
    public long preadFully(MemorySegment buffer, long offset) {
        long done = 0;
        while (done < buffer.byteSize()) {
            long count = pread(buffer.asSlice(done), offset + done);
            if (count == 0) {
                break;
            }
            done += Math.max(count, 0);
        }
        return done;
    }

    /**
     * {@code ioctl} with a number as its argument.
     *
     * @return the result, zero or more
     * @throws LinuxException naming {@code call}, when the kernel refuses
     */
    public long ioctl(String call, long request, long argument) {
        return check(Syscall.current().ioctl(fd, request, argument), call);
    }

    /**
     * {@code ioctl} with a struct as its argument.
     *
     * @return the result, zero or more
     * @throws LinuxException naming {@code call}, when the kernel refuses
     */
    public long ioctl(String call, long request, MemorySegment argument) {
        return check(Syscall.current().ioctl(fd, request, argument, 0), call);
    }

    /**
     * {@code fcntl}.
     *
     * @param command {@code F_*} of {@link OpenFlag}
     * @return the result, zero or more
     */
    public long fcntl(int command, long argument) {
        return check(Syscall.invoke(SystemCallNumber.FCNTL, fd, command, argument), "fcntl");
    }

    /** Whether a read or write that cannot be done at once waits ({@code false}) or returns {@code -EAGAIN} ({@code true}). */
    public void setNonBlocking(boolean nonBlocking) {
        int flags = (int) fcntl(OpenFlag.F_GETFL, 0) & ~OpenFlag.O_NONBLOCK;
        var _ = fcntl(OpenFlag.F_SETFL, nonBlocking ? flags | OpenFlag.O_NONBLOCK : flags);
    }

    /** Bytes in a regular file. */
    public long size() {
        Syscall syscall = Syscall.current();
        check(syscall.call(SystemCallNumber.FSTAT, fd, syscall.scratchAddress(), 0, 0, 0, 0), "fstat");
        return syscall.scratch().get(JAVA_LONG, stat.st_size$offset);
    }

    /** Closes the file if it is {@link #owned}. Closing twice is closing once. */
    @Override
    public void close() {
        int closing;
        synchronized (this) {
            closing = fd;
            fd = -1;
        }
        if (owned && closing >= 0) {
            // Linux frees the number whatever close returns; to repeat the call would close another thread's file.
            var _ = Syscall.invoke(SystemCallNumber.CLOSE, closing, 0, 0);
        }
    }

    @Override
    public String toString() {
        return name + " (fd " + fd + ")";
    }

    private long transferred(long result, String call) {
        return result == -Errno.EAGAIN || result == -Errno.EINTR ? result : check(result, call);
    }

    private long check(long result, String call) {
        return result < 0 ? refused(result, call) : result;
    }

    private long refused(long result, String call) {
        throw new LinuxException(call + " " + name, (int) -result);
    }
}
