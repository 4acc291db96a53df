package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Calls on files by the number of an open one, as a file server makes them. Each returns what the kernel does, {@code -errno}
 * for a refusal, because a client is to hear it.
 *
 * <p>A file opened with {@code O_PATH} will do wherever nothing else is said: what the kernel does only by a path is done by
 * way of {@code /proc/self/fd}, which leads to the very file, whatever has become of its name. An instance belongs to one
 * thread at a time; nothing is allocated.
 */
public final class FileCalls {
    private final Syscall syscall = new Syscall();
    private final NativeString openFile = NativeString.forOpenFiles();
    private final NativeString nothing = new NativeString(0);
    private final MemorySegment times = Arena.ofAuto().allocate(2 * timespec.SIZEOF, Long.BYTES);
    private final MemorySegment lock = Arena.ofAuto().allocate(flock.SIZEOF, Long.BYTES);

    /** A new set of argument buffers. */
    public FileCalls() {}

    /**
     * Opens a file once more, close-on-exec.
     *
     * @param flags {@link OpenFlag}s, or-ed; a device or a pipe may make this wait
     * @return the number of the open file, or {@code -errno}
     */
    public long reopen(int fd, int flags) {
        long result;
        do {
            result = byPath(SystemCallNumber.OPEN, fd, flags | OpenFlag.O_CLOEXEC, 0, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** {@code close}. The number is free whatever comes back. */
    public long close(int fd) {
        return call(SystemCallNumber.CLOSE, fd, 0, 0, 0, 0);
    }

    /** {@code fstat}. */
    public long stat(int fd, FileStatus into) {
        try {
            return call(SystemCallNumber.FSTAT, fd, into.address(), 0, 0, 0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** {@code fstatfs}. */
    public long statFileSystem(int fd, FileSystemStatus into) {
        try {
            return call(SystemCallNumber.FSTATFS, fd, into.address(), 0, 0, 0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** {@code pread} into a part of native memory; the file is open for reading. */
    public long read(int fd, MemorySegment into, long at, int count, long offset) {
        return transfer(SystemCallNumber.PREAD64, fd, into, at, count, offset);
    }

    /** {@code pwrite} from a part of native memory; the file is open for writing. */
    public long write(int fd, MemorySegment from, long at, int count, long offset) {
        return transfer(SystemCallNumber.PWRITE64, fd, from, at, count, offset);
    }

    private long transfer(int number, int fd, MemorySegment memory, long at, int count, long offset) {
        long address = part(memory, at, count);
        try {
            return call(number, fd, address, count, offset, 0);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    private static long part(MemorySegment memory, long at, long count) {
        Objects.checkFromIndexSize(at, count, memory.byteSize());
        return Syscall.address(memory, 0) + at;
    }

    /** {@code getdents64}: fills {@link DirectoryEntries}; the directory is open for reading. */
    long entries(int fd, MemorySegment into, long size) {
        return transfer(SystemCallNumber.GETDENTS64, fd, into, 0, (int) size, 0);
    }

    /** {@code lseek} to a place that an earlier {@code getdents64} told. */
    public long seek(int fd, long offset) {
        return call(SystemCallNumber.LSEEK, fd, offset, 0, 0, 0);
    }

    /** {@code readlink}: the target of a symbolic link that is open with {@code O_PATH | O_NOFOLLOW}. */
    public long readLink(int fd, MemorySegment into, long at, int count) {
        long address = part(into, at, count);
        try {
            return call(SystemCallNumber.READLINKAT, fd, nothing.address(), address, count, 0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** The path that an open file has just now, as {@code /proc} tells it; {@code (deleted)} after it if it has none. */
    public long path(int fd, MemorySegment into) {
        openFile.setToOpenFile(fd);
        try {
            return call(
                    SystemCallNumber.READLINKAT,
                    FileConstant.AT_FDCWD,
                    openFile.address(),
                    Syscall.address(into, 0),
                    into.byteSize(),
                    0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** {@code fsync}, or {@code fdatasync}; the file is open for reading or writing. */
    public long sync(int fd, boolean dataOnly) {
        return call(dataOnly ? SystemCallNumber.FDATASYNC : SystemCallNumber.FSYNC, fd, 0, 0, 0, 0);
    }

    /** Sets the size. */
    public long truncate(int fd, long size) {
        return byPath(SystemCallNumber.TRUNCATE, fd, size, 0, 0, 0);
    }

    /** Sets the size by way of this very opening: also where the permission bits have changed since. */
    public long truncateOpen(int fd, long size) {
        return call(SystemCallNumber.FTRUNCATE, fd, size, 0, 0, 0);
    }

    /** Sets the permission bits. */
    public long changeMode(int fd, int mode) {
        openFile.setToOpenFile(fd);
        return call(SystemCallNumber.FCHMODAT, FileConstant.AT_FDCWD, openFile.address(), mode, 0, 0);
    }

    /** Sets owner and group; -1 leaves one as it is. */
    public long changeOwner(int fd, int uid, int gid) {
        return call(SystemCallNumber.FCHOWNAT, fd, nothing.address(), uid, gid, FileConstant.AT_EMPTY_PATH);
    }

    /**
     * Sets the times of access and modification.
     *
     * @param accessNanos 0 to 999,999,999, {@link FileConstant#UTIME_NOW} or {@link FileConstant#UTIME_OMIT}
     * @param modificationNanos likewise
     */
    public long changeTimes(
            int fd, long accessSeconds, long accessNanos, long modificationSeconds, long modificationNanos) {
        times.set(JAVA_LONG, timespec.tv_sec$offset, accessSeconds);
        times.set(JAVA_LONG, timespec.tv_nsec$offset, accessNanos);
        times.set(JAVA_LONG, timespec.SIZEOF + timespec.tv_sec$offset, modificationSeconds);
        times.set(JAVA_LONG, timespec.SIZEOF + timespec.tv_nsec$offset, modificationNanos);
        return call(SystemCallNumber.UTIMENSAT, fd, nothing.address(), times.address(), FileConstant.AT_EMPTY_PATH, 0);
    }

    /** {@code getxattr}: as many bytes as there is room for; with none, how many there are. */
    public long attribute(int fd, NativeString name, MemorySegment into) {
        try {
            return byPath(SystemCallNumber.GETXATTR, fd, name.address(), Syscall.address(into, 0), into.byteSize(), 0);
        } finally {
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(into);
        }
    }

    /** {@code listxattr}: names, each with a NUL after it. */
    public long attributes(int fd, MemorySegment into) {
        try {
            return byPath(SystemCallNumber.LISTXATTR, fd, Syscall.address(into, 0), into.byteSize(), 0, 0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * {@code setxattr}.
     *
     * @param flags {@code XATTR_*} of {@link FileConstant}
     */
    public long setAttribute(int fd, NativeString name, MemorySegment value, int size, int flags) {
        long address = part(value, 0, size);
        try {
            return byPath(SystemCallNumber.SETXATTR, fd, name.address(), address, size, flags);
        } finally {
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(value);
        }
    }

    /** {@code removexattr}. */
    public long removeAttribute(int fd, NativeString name) {
        try {
            return byPath(SystemCallNumber.REMOVEXATTR, fd, name.address(), 0, 0, 0);
        } finally {
            Reference.reachabilityFence(name);
        }
    }

    /**
     * Locks a range for this opening of a file, or unlocks it, without waiting ({@code F_OFD_SETLK}).
     *
     * @param type {@code F_RDLCK}, {@code F_WRLCK} or {@code F_UNLCK}; the file is open for that
     * @param length bytes; 0 for all that follows
     */
    public long lock(int fd, int type, long start, long length) {
        describeLock(type, start, length);
        return call(SystemCallNumber.FCNTL, fd, FileConstant.F_OFD_SETLK, lock.address(), 0, 0);
    }

    /** Asks what would be in a lock's way ({@code F_OFD_GETLK}); {@link #foundType} and the others tell then. */
    public long findLock(int fd, int type, long start, long length) {
        describeLock(type, start, length);
        return call(SystemCallNumber.FCNTL, fd, FileConstant.F_OFD_GETLK, lock.address(), 0, 0);
    }

    private void describeLock(int type, long start, long length) {
        lock.set(JAVA_SHORT, flock.l_type$offset, (short) type);
        lock.set(JAVA_SHORT, flock.l_whence$offset, (short) 0);
        lock.set(JAVA_LONG, flock.l_start$offset, start);
        lock.set(JAVA_LONG, flock.l_len$offset, length);
        lock.set(JAVA_LONG, flock.l_pid$offset, 0);
    }

    /** The kind of lock that {@link #findLock} found; {@code F_UNLCK} for none. */
    public int foundType() {
        return lock.get(JAVA_SHORT, flock.l_type$offset);
    }

    /** Where the lock that was found begins. */
    public long foundStart() {
        return lock.get(JAVA_LONG, flock.l_start$offset);
    }

    /** How many bytes it locks; 0 for all that follow. */
    public long foundLength() {
        return lock.get(JAVA_LONG, flock.l_len$offset);
    }

    private long byPath(long number, int fd, long b, long c, long d, long e) {
        openFile.setToOpenFile(fd);
        try {
            return syscall.call(number, openFile.address(), b, c, d, e, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long call(long number, int fd, long b, long c, long d, long e) {
        try {
            return syscall.call(number, fd, b, c, d, e, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
