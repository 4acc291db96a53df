package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Calls that name a file by an open directory and a name in it, as a file server makes them for clients that it does not
 * trust. Each returns what the kernel does, {@code -errno} for a refusal, because the client is to hear it.
 *
 * <p>A name should be one component without {@code /}: then nothing here follows a symbolic link or leaves the directory.
 * {@link #open} does not even for a longer one. An instance belongs to one thread at a time; nothing is allocated.
 */
public final class DirectoryCalls {
    private static final long BENEATH =
            FileConstant.RESOLVE_BENEATH | FileConstant.RESOLVE_NO_SYMLINKS | FileConstant.RESOLVE_NO_MAGICLINKS;

    private final Syscall syscall = new Syscall();
    private final NativeString openFile = NativeString.forOpenFiles();
    private final MemorySegment how = Arena.ofAuto().allocate(open_how.SIZEOF, Long.BYTES);

    /** A new set of argument buffers. */
    public DirectoryCalls() {}

    /**
     * Opens or creates a file beneath a directory, close-on-exec ({@code openat2}): no symbolic link is followed, and nothing
     * outside the directory is reached, whatever others do to it meanwhile. A link itself is opened by {@code O_PATH |
     * O_NOFOLLOW}.
     *
     * @param flags {@link OpenFlag}s, or-ed
     * @param mode permission bits of a file that this creates
     * @return the number of the open file, or {@code -errno}
     */
    public long open(int directory, NativeString name, int flags, int mode) {
        how.set(JAVA_LONG, open_how.flags$offset, Integer.toUnsignedLong(flags | OpenFlag.O_CLOEXEC));
        how.set(JAVA_LONG, open_how.mode$offset, mode);
        how.set(JAVA_LONG, open_how.resolve$offset, BENEATH);
        return call(SystemCallNumber.OPENAT2, directory, name, how.address(), open_how.SIZEOF, 0);
    }

    /** Tells about what a name stands for; of a symbolic link, about the link. */
    public long stat(int directory, NativeString name, FileStatus into) {
        try {
            return call(
                    SystemCallNumber.NEWFSTATAT, directory, name, into.address(), FileConstant.AT_SYMLINK_NOFOLLOW, 0);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** {@code mkdirat}. */
    public long makeDirectory(int directory, NativeString name, int mode) {
        return call(SystemCallNumber.MKDIRAT, directory, name, mode, 0, 0);
    }

    /**
     * {@code mknodat}.
     *
     * @param mode kind and permission bits
     * @param device of a device node, its device
     */
    public long makeNode(int directory, NativeString name, int mode, long device) {
        return call(SystemCallNumber.MKNODAT, directory, name, mode, device, 0);
    }

    /** {@code symlinkat}: a link that says {@code target}, which nobody looks at. */
    public long makeSymbolicLink(int directory, NativeString name, NativeString target) {
        try {
            return syscall.call(SystemCallNumber.SYMLINKAT, target.address(), directory, name.address(), 0, 0, 0);
        } finally {
            Reference.reachabilityFence(target);
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(this);
        }
    }

    /** {@code linkat}: another name for a file that is open, by {@code O_PATH} or otherwise; also for a symbolic link. */
    public long makeLink(int fd, int directory, NativeString name) {
        openFile.setToOpenFile(fd);
        return call(
                SystemCallNumber.LINKAT,
                FileConstant.AT_FDCWD,
                openFile,
                directory,
                name,
                FileConstant.AT_SYMLINK_FOLLOW);
    }

    /**
     * {@code unlinkat}.
     *
     * @param flags {@link FileConstant#AT_REMOVEDIR} for a directory, or 0
     */
    public long unlink(int directory, NativeString name, int flags) {
        return call(SystemCallNumber.UNLINKAT, directory, name, flags, 0, 0);
    }

    /** {@code renameat2} without flags: takes the place of what has the new name. */
    public long rename(int directory, NativeString name, int newDirectory, NativeString newName) {
        return call(SystemCallNumber.RENAMEAT2, directory, name, newDirectory, newName, 0);
    }

    /** {@code fchownat} of what a name stands for, or of a link itself; -1 leaves one as it is. */
    public long changeOwner(int directory, NativeString name, int uid, int gid) {
        return call(SystemCallNumber.FCHOWNAT, directory, name, uid, gid, FileConstant.AT_SYMLINK_NOFOLLOW);
    }

    private long call(long number, int directory, NativeString name, long c, long d, long e) {
        try {
            return syscall.call(number, directory, name.address(), c, d, e, 0);
        } finally {
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(this);
        }
    }

    private long call(long number, int directory, NativeString name, int other, NativeString otherName, long flags) {
        try {
            return call(number, directory, name, other, otherName.address(), flags);
        } finally {
            Reference.reachabilityFence(otherName);
        }
    }
}
