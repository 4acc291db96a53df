package dev.lodge.vmm.backend.share.ninep;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lodge.linux.Errno;
import dev.lodge.linux.NativeString;
import dev.lodge.linux.OpenFlag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Finds the directory and the name of a file that is open. The host's kernel knows both, also after a rename by somebody else;
 * what it tells is opened anew from the share's root, beneath it, and counts only if the same file is found there.
 */
final class Whereabouts {
    private final Session session;
    private final MemorySegment root = Arena.ofAuto().allocate(Limits.PATH + 1L);
    private final MemorySegment path = Arena.ofAuto().allocate(Limits.PATH + 1L);

    Whereabouts(Session session) {
        this.session = session;
    }

    /**
     * The directory that a file is in, held open, and the file's name there. Asks for the file's {@link Session#status}.
     *
     * @param name where the name goes
     * @return the number of the open directory, or {@code -errno}
     */
    long directory(int fd, NativeString name) {
        long rootLength = session.files.path(session.root.fd(), root);
        long length = session.files.path(fd, path);
        if (rootLength < 0 || length < 0) {
            return Math.min(rootLength, length);
        }
        // The root of all is "/", which has its slash already; every other path goes on with one.
        int start = rootLength == 1 ? 1 : (int) rootLength + 1;
        if (length <= start || length > Limits.PATH || !isBeneathRoot((int) rootLength)) {
            return -Errno.EBUSY;
        }
        int slash = (int) length - 1;
        while (slash >= start && path.get(JAVA_BYTE, slash) != '/') {
            slash--;
        }
        int nameLength = (int) length - slash - 1;
        if (nameLength > name.capacity()) {
            return -Errno.ENOENT; // "(deleted)" after a long name
        }
        name.set(path, slash + 1L, nameLength);
        long directory = slash < start ? root() : beneathRoot(start, slash - start);
        return directory < 0 ? directory : checked((int) directory, fd, name);
    }

    private boolean isBeneathRoot(int rootLength) {
        return rootLength == 1
                || MemorySegment.mismatch(root, 0, rootLength, path, 0, rootLength) < 0
                        && path.get(JAVA_BYTE, rootLength) == '/';
    }

    private long root() {
        return session.files.reopen(session.root.fd(), OpenFlag.O_PATH | OpenFlag.O_DIRECTORY);
    }

    private long beneathRoot(int start, int length) {
        session.path.set(path, start, length);
        return session.names.open(session.root.fd(), session.path, Opening.HOLD | OpenFlag.O_DIRECTORY, 0);
    }

    private long checked(int directory, int fd, NativeString name) {
        long refused = session.files.stat(fd, session.status);
        long device = session.status.device();
        long inode = session.status.inode();
        if (refused == 0) {
            refused = session.names.stat(directory, name, session.status);
        }
        if (refused == 0 && (session.status.device() != device || session.status.inode() != inode)) {
            refused = -Errno.ENOENT;
        }
        if (refused < 0) {
            var _ = session.files.close(directory);
            return refused;
        }
        return directory;
    }

    /** The parent of a directory, held open; the root's is the root. */
    long parent(int fd) {
        long refused = session.files.stat(fd, session.status);
        if (refused < 0) {
            return refused;
        }
        if (!session.status.isDirectory()) {
            return -Errno.ENOTDIR;
        }
        return session.isRoot() ? root() : directory(fd, session.otherName);
    }
}
