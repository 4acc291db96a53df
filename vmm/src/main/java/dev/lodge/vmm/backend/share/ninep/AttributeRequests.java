package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.FileStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Requests about what is known of a file: its status, its extended attributes, its link's target, its file system. */
final class AttributeRequests {
    private static final long BASIC = 0x7ff; // P9_GETATTR_BASIC: all but birth, generation and version of the data

    private static final int SET_MODE = 1;
    private static final int SET_UID = 2;
    private static final int SET_GID = 4;
    private static final int SET_SIZE = 8;
    private static final int SET_ATIME = 0x10;
    private static final int SET_MTIME = 0x20;
    private static final int SET_CTIME = 0x40;
    private static final int SET_ATIME_TO = 0x80;
    private static final int SET_MTIME_TO = 0x100;

    /** Told as the file system's kind: programs in the guest choose by it, and it is no local one ({@code V9FS_MAGIC}). */
    private static final int V9FS_MAGIC = 0x01021997;

    private final Session session;
    private final MemorySegment value = Arena.ofAuto().allocate(Attribute.MOST_BYTES);

    AttributeRequests(Session session) {
        this.session = session;
    }

    /** {@code Tgetattr fid[4] request_mask[8]}: {@code valid[8] qid[13] mode[4] uid[4] gid[4] nlink[8] ...}. */
    long get(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        var _ = in.u64();
        in.end();
        if (fid == null) {
            return -Errno.EBADF;
        }
        FileStatus status = session.status;
        long refused = session.files.stat(fid.fd(), status);
        if (refused < 0) {
            return refused;
        }
        out.u64(BASIC);
        session.qids.write(status, out);
        out.u32(status.mode());
        out.u32(session.ownership.guestUser(status.uid()));
        out.u32(session.ownership.guestGroup(status.gid()));
        out.u64(status.links());
        out.u64(status.nodeDevice());
        out.u64(status.size());
        out.u64(status.blockSize());
        out.u64(status.blocks());
        out.u64(status.accessSeconds());
        out.u64(status.accessNanos());
        out.u64(status.modificationSeconds());
        out.u64(status.modificationNanos());
        out.u64(status.changeSeconds());
        out.u64(status.changeNanos());
        out.u64(0); // when it was made, in seconds and nanoseconds
        out.u64(0);
        out.u64(0); // generation
        out.u64(0); // version of the data
        return 0;
    }

    /**
     * {@code Tsetattr fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime_sec[8] atime_nsec[8] mtime_sec[8] mtime_nsec[8]}:
     * nothing. The owner before the mode, since a new owner clears bits of that; the times last, since all else sets them.
     */
    long set(RequestReader in) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        int valid = in.u32();
        int mode = in.u32();
        int uid = in.u32();
        int gid = in.u32();
        long size = in.u64();
        long accessSeconds = in.u64();
        long accessNanos = in.u64();
        long modificationSeconds = in.u64();
        long modificationNanos = in.u64();
        in.end();
        if (fid == null) {
            return -Errno.EBADF;
        }
        long refused = session.files.stat(fid.fd(), session.status);
        if (refused == 0 && ((valid & (SET_UID | SET_GID)) != 0 || valid == SET_CTIME)) {
            refused = session.files.changeOwner(
                    fid.fd(),
                    (valid & SET_UID) == 0 ? Ownership.NOBODY : session.ownership.hostUser(uid),
                    (valid & SET_GID) == 0 ? Ownership.NOBODY : session.ownership.hostGroup(gid));
        }
        if (refused == 0 && (valid & SET_MODE) != 0) {
            refused = session.status.kind() == FileConstant.S_IFLNK
                    ? -Errno.EOPNOTSUPP
                    : session.files.changeMode(fid.fd(), mode & Opening.PERMISSIONS);
        }
        if (refused == 0 && (valid & SET_SIZE) != 0) {
            refused = resize(fid, size);
        }
        if (refused == 0 && (valid & (SET_ATIME | SET_MTIME)) != 0) {
            refused = session.files.changeTimes(
                    fid.fd(),
                    accessSeconds,
                    nanos(valid, SET_ATIME, SET_ATIME_TO, accessNanos),
                    modificationSeconds,
                    nanos(valid, SET_MTIME, SET_MTIME_TO, modificationNanos));
        }
        return refused;
    }

    private static long nanos(int valid, int set, int setTo, long nanos) {
        if ((valid & set) == 0) {
            return FileConstant.UTIME_OMIT;
        }
        // A number that means something else to the kernel is none that a client may send.
        return (valid & setTo) == 0 ? FileConstant.UTIME_NOW : nanos < 0 || nanos > 999_999_999 ? -1 : nanos;
    }

    /** By its opening where it is open for writing, which may have outlived the right to open it. */
    private long resize(Fid fid, long size) {
        if (!session.status.isRegular()) {
            return session.status.isDirectory() ? -Errno.EISDIR : -Errno.EINVAL;
        }
        long refused = fid.open ? session.files.truncateOpen(fid.fd(), size) : -Errno.EBADF;
        return refused == -Errno.EINVAL || refused == -Errno.EBADF ? session.files.truncate(fid.fd(), size) : refused;
    }

    /** {@code Tstatfs fid[4]}: {@code type[4] bsize[4] blocks[8] bfree[8] bavail[8] files[8] ffree[8] fsid[8] namelen[4]}. */
    long statFileSystem(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        in.end();
        if (fid == null) {
            return -Errno.EBADF;
        }
        long refused = session.files.statFileSystem(fid.fd(), session.fileSystem);
        if (refused < 0) {
            return refused;
        }
        out.u32(V9FS_MAGIC);
        out.u32((int) session.fileSystem.blockSize());
        out.u64(session.fileSystem.blocks());
        out.u64(session.fileSystem.freeBlocks());
        out.u64(session.fileSystem.availableBlocks());
        out.u64(session.fileSystem.files());
        out.u64(session.fileSystem.freeFiles());
        out.u64(session.fileSystem.id());
        out.u32((int) session.fileSystem.nameLength());
        return 0;
    }

    /** {@code Treadlink fid[4]}: {@code target[s]}. */
    long readLink(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        in.end();
        if (fid == null) {
            return -Errno.EBADF;
        }
        long refused = session.files.stat(fid.fd(), session.status);
        if (refused < 0 || session.status.kind() != FileConstant.S_IFLNK) {
            return refused < 0 ? refused : -Errno.EINVAL;
        }
        int place = out.position();
        out.u16(0);
        int room = Math.min(out.room(), Limits.PATH + 1);
        long length = session.files.readLink(fid.fd(), out.bytes(), out.position(), room);
        if (length < 0 || length == room) {
            return length < 0 ? length : -Errno.ENAMETOOLONG;
        }
        out.advance((int) length);
        out.u16At(place, (int) length);
        return 0;
    }

    /** {@code Txattrwalk fid[4] newfid[4] name[s]}: {@code size[8]}. The new fid is read; without a name, a list of names. */
    long walkToAttribute(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        int newNumber = in.u32();
        long refused = in.string(session.name);
        in.end();
        if (refused < 0 || fid == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        refused = session.fids.refusal(newNumber);
        if (refused < 0) {
            return refused;
        }
        long size = session.name.length() == 0
                ? session.files.attributes(fid.fd(), value)
                : session.files.attribute(fid.fd(), session.name, value);
        if (size < 0) {
            return size;
        }
        refused = session.reserveAttribute((int) size);
        if (refused < 0) {
            return refused;
        }
        Fid read = new Fid(fid.user, fid.file.share());
        read.attribute = Attribute.read(value.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
        session.know(newNumber, read);
        out.u64(size);
        return 0;
    }

    /** {@code Txattrcreate fid[4] name[s] attr_size[8] flags[4]}: nothing. The fid is written to; its clunk sets the value. */
    long createAttribute(RequestReader in) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        long refused = in.string(session.name);
        long size = in.u64();
        int flags = in.u32();
        in.end();
        if (refused < 0 || fid == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        if (!isTheGuests()) {
            return -Errno.EOPNOTSUPP;
        }
        if (size < 0 || size > Attribute.MOST_BYTES) {
            return -Errno.E2BIG;
        }
        refused = session.reserveAttribute((int) size);
        if (refused < 0) {
            return refused;
        }
        fid.attribute = Attribute.toWrite(session.name.bytes(), (int) size, flags);
        return 0;
    }

    /** Others, such as {@code security.capability}, would give a file powers on the host. */
    private boolean isTheGuests() {
        return session.name.startsWith("user.") || session.name.startsWith("system.posix_acl_");
    }

    /** What a client has written becomes the attribute's value; nothing written over an old one removes it. */
    long setAttribute(Fid fid, Attribute written) {
        session.name.set(written.name);
        if (written.value.length == 0 && written.flags == FileConstant.XATTR_REPLACE) {
            return session.files.removeAttribute(fid.fd(), session.name);
        }
        MemorySegment.copy(written.value, 0, value, ValueLayout.JAVA_BYTE, 0, written.value.length);
        return session.files.setAttribute(fid.fd(), session.name, value, written.value.length, written.flags);
    }
}
