package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.DirectoryCalls;
import dev.lodge.linux.Errno;
import dev.lodge.linux.FileCalls;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.FileStatus;
import dev.lodge.linux.FileSystemStatus;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.NativeString;
import org.jspecify.annotations.Nullable;

/** What a client has of its server, and what the handlers of its requests use in common. One thread. */
final class Session {
    final FileCalls files = new FileCalls();
    final DirectoryCalls names = new DirectoryCalls();
    final NativeString name = new NativeString(Limits.NAME);
    final NativeString otherName = new NativeString(Limits.NAME);
    final NativeString path = new NativeString(Limits.PATH);
    final FileStatus status = new FileStatus();
    final FileSystemStatus fileSystem = new FileSystemStatus();
    final Limits limits;
    final boolean readOnly;
    final Ownership ownership;
    final Fids fids;
    final Qids qids;
    final Locks locks;
    final FileDescriptor root;

    private final long rootDevice;
    private final long rootInode;

    /** Bytes in the longest message that was agreed upon; 0 before that. */
    int messageSize;

    /** Bytes of extended attributes that are held for the client. */
    int attributeBytes;

    Session(FileDescriptor root, boolean readOnly, Ownership ownership, Limits limits) {
        this.root = root;
        this.readOnly = readOnly;
        this.ownership = ownership;
        this.limits = limits;
        fids = new Fids(limits.fids());
        locks = new Locks(files, limits.locks(), limits.files());
        long refused = files.stat(root.fd(), status);
        if (refused < 0) {
            throw new LinuxException("fstat " + root.name(), (int) -refused);
        }
        rootDevice = status.device();
        rootInode = status.inode();
        qids = new Qids(rootDevice);
    }

    /** Whether it is the shared directory whose {@link #status} was asked for. */
    boolean isRoot() {
        return status.inode() == rootInode && status.device() == rootDevice;
    }

    /** The fid of a file of which something is to be made, or null: then the client's mistake is {@code EBADF}. */
    @Nullable
    Fid file(int number) {
        Fid fid = seen(number);
        return fid == null || fid.file.isSealed() ? null : fid;
    }

    /** The fid of a file that is only looked at, or null: then the client's mistake is {@code EBADF}. */
    @Nullable
    Fid seen(int number) {
        Fid fid = fids.get(number);
        return fid != null && fid.isFile() ? fid : null;
    }

    /**
     * Takes a file that a walk has come to, whose {@link #status} was asked for.
     *
     * @param from where the walk came from
     */
    Handle arrived(int fd, Handle from) {
        if (status.device() == from.device()) {
            return Handle.of(fd, status.device(), limits.files());
        }
        boolean told = files.statFileSystem(fd, fileSystem) == 0;
        return told && !KernelFileSystems.isOne(fileSystem.type())
                ? Handle.of(fd, status.device(), limits.files())
                : Handle.sealed(fd, status.device(), limits.files());
    }

    /**
     * Gives a file that was just made by its name to whom it was made for, and asks for its {@link #status}.
     *
     * @param directory where it was made
     * @param user as the client has it, or {@link Ownership#NOBODY}
     * @param group likewise
     * @param mode the bits that it was made with
     * @return 0, or {@code -errno}
     */
    long settle(int directory, NativeString made, int user, int group, int mode) {
        long refused = names.stat(directory, made, status);
        if (refused < 0 || !isAnothers(user, group)) {
            return refused;
        }
        long inode = status.inode();
        long fd = names.open(directory, made, Opening.HOLD, 0);
        if (fd < 0) {
            return fd;
        }
        refused = files.stat((int) fd, status);
        // Others may have put another file in its place, which is not to be given away.
        if (refused == 0 && status.inode() == inode && (status.isDirectory() || status.links() == 1)) {
            refused = give((int) fd, user, group, mode);
        }
        var _ = files.close((int) fd);
        return refused;
    }

    /** Gives a file that was just made, and is open, to whom it was made for, and asks for its {@link #status}. */
    long settle(int fd, int user, int group, int mode) {
        long refused = files.stat(fd, status);
        return refused < 0 || !isAnothers(user, group) ? refused : give(fd, user, group, mode);
    }

    private boolean isAnothers(int user, int group) {
        return ownership.givesAway()
                && (user != Ownership.NOBODY && user != status.uid()
                        || group != Ownership.NOBODY && group != status.gid());
    }

    private long give(int fd, int user, int group, int mode) {
        long refused = files.changeOwner(fd, user, group);
        if (refused == 0 && (mode & Opening.SET_ID) != 0 && !isLink()) {
            refused = files.changeMode(fd, mode & Opening.PERMISSIONS); // which a new owner clears
        }
        return refused < 0 ? refused : files.stat(fd, status);
    }

    private boolean isLink() {
        return status.kind() == FileConstant.S_IFLNK;
    }

    /** Makes another fid. The number is one that {@link Fids#refusal} does not refuse, or another's whose place it takes. */
    void know(int number, Fid fid) {
        Fid before = fids.remove(number);
        if (before != null) {
            letGo(number, before);
        }
        fids.put(number, fid);
    }

    /** Lets go of what a fid has, which is out of the table already. */
    void letGo(int number, Fid fid) {
        locks.forget(number);
        Attribute attribute = fid.attribute;
        if (attribute != null) {
            attributeBytes -= attribute.value.length;
        }
        fid.file.release(files);
    }

    /** Forgets all fids. */
    void reset() {
        for (int number = 0; number < fids.end(); number++) {
            Fid fid = fids.remove(number);
            if (fid != null) {
                letGo(number, fid);
            }
        }
    }

    /** Takes room for an attribute: whether there is some left. */
    long reserveAttribute(int bytes) {
        if (bytes > limits.attributeBytes() - attributeBytes) {
            return -Errno.ENOMEM;
        }
        attributeBytes += bytes;
        return 0;
    }
}
