package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.DirectoryEntries;
import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Requests that open files, and read and write what is in them. */
final class FileRequests {
    private static final int ENTRIES_SIZE = 64 << 10;
    private static final int ENTRY_HEADER = 24;

    /** The client computes it from the size of messages by itself. */
    private static final int NO_IO_UNIT = 0;

    private final Session session;
    private final DirectoryEntries entries = new DirectoryEntries(ENTRIES_SIZE);

    FileRequests(Session session) {
        this.session = session;
    }

    /** {@code Tlopen fid[4] flags[4]}: {@code qid[13] iounit[4]}. */
    long open(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        int flags = in.u32();
        in.end();
        if (fid == null || fid.open || !Opening.isAccess(flags)) {
            return fid == null ? -Errno.EBADF : -Errno.EINVAL;
        }
        if (session.readOnly && Opening.changes(flags)) {
            return -Errno.EROFS;
        }
        long refused = session.files.stat(fid.fd(), session.status);
        if (refused < 0) {
            return refused;
        }
        if (!session.status.isRegular() && !session.status.isDirectory()) {
            return session.status.kind() == FileConstant.S_IFLNK ? -Errno.ELOOP : -Errno.ENXIO;
        }
        if (fid.file.isSealed()) {
            return session.status.isDirectory() ? openNothing(fid, out) : -Errno.EACCES;
        }
        if (!session.limits.files().mayBeMore()) {
            return -Errno.EMFILE;
        }
        long fd = session.files.reopen(fid.fd(), Opening.flags(flags));
        return fd < 0 ? fd : opened(fid, (int) fd, out);
    }

    private long openNothing(Fid fid, ReplyWriter out) {
        fid.open = true;
        session.qids.write(session.status, out);
        out.u32(NO_IO_UNIT);
        return 0;
    }

    private long opened(Fid fid, int fd, ReplyWriter out) {
        long refused = session.files.stat(fd, session.status); // after it was truncated, perhaps
        if (refused < 0) {
            var _ = session.files.close(fd);
            return refused;
        }
        become(fid, fd);
        session.qids.write(session.status, out);
        out.u32(NO_IO_UNIT);
        return 0;
    }

    private void become(Fid fid, int fd) {
        fid.file.release(session.files);
        fid.file = Handle.of(fd, session.status.device(), session.limits.files());
        fid.open = true;
        fid.place = 0;
    }

    /** {@code Tlcreate fid[4] name[s] flags[4] mode[4] gid[4]}: {@code qid[13] iounit[4]}. The fid becomes the file's. */
    long create(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        long refused = in.properName(session.name);
        int flags = in.u32();
        int mode = in.u32() & Opening.PERMISSIONS;
        int group = in.u32();
        in.end();
        if (refused < 0 || fid == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        if (fid.open || !Opening.isAccess(flags)) {
            return -Errno.EINVAL;
        }
        if (!session.limits.files().mayBeMore()) {
            return -Errno.EMFILE;
        }
        int making = Opening.flags(flags) | OpenFlag.O_CREAT | OpenFlag.O_EXCL | OpenFlag.O_NOFOLLOW;
        long fd = session.names.open(fid.fd(), session.name, making, mode);
        if (fd >= 0) {
            refused = session.settle((int) fd, fid.user, group, mode);
        } else if (fd == -Errno.EEXIST && (flags & OpenFlag.O_EXCL) == 0) {
            fd = openExisting(fid.fd(), flags);
        }
        if (fd < 0 || refused < 0) {
            if (fd >= 0) {
                var _ = session.files.close((int) fd);
            }
            return fd < 0 ? fd : refused;
        }
        return opened(fid, (int) fd, out);
    }

    private long openExisting(int directory, int flags) {
        long held = session.names.open(directory, session.name, Opening.HOLD, 0);
        if (held < 0) {
            return held;
        }
        long result = session.files.stat((int) held, session.status);
        if (result == 0) {
            result =
                    session.status.isRegular() ? session.files.reopen((int) held, Opening.flags(flags)) : -Errno.EEXIST;
        }
        var _ = session.files.close((int) held);
        return result;
    }

    /** {@code Tread fid[4] offset[8] count[4]}: {@code count[4] data[count]}. */
    long read(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.fids.get(in.u32());
        long offset = in.u64();
        int wanted = in.u32();
        in.end();
        if (fid == null || offset < 0) {
            return fid == null ? -Errno.EBADF : -Errno.EINVAL;
        }
        int place = out.position();
        out.u32(0);
        int most = wanted < 0 ? out.room() : Math.min(wanted, out.room());
        Attribute attribute = fid.attribute;
        long count;
        if (attribute != null) {
            count = readAttribute(attribute, offset, most, out);
        } else {
            count = fid.open ? session.files.read(fid.fd(), out.bytes(), out.position(), most, offset) : -Errno.EBADF;
        }
        if (count < 0) {
            return count;
        }
        out.advance((int) count);
        out.u32At(place, (int) count);
        return 0;
    }

    private static long readAttribute(Attribute attribute, long offset, int most, ReplyWriter out) {
        if (attribute.writing) {
            return -Errno.EINVAL;
        }
        byte[] value = attribute.value;
        int count = offset >= value.length ? 0 : Math.min(most, value.length - (int) offset);
        if (count > 0) {
            MemorySegment.copy(value, (int) offset, out.bytes(), ValueLayout.JAVA_BYTE, out.position(), count);
        }
        return count;
    }

    /** {@code Twrite fid[4] offset[8] count[4] data[count]}: {@code count[4]}. */
    long write(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.fids.get(in.u32());
        long offset = in.u64();
        int count = in.u32();
        long data = in.data(count);
        in.end();
        if (fid == null || offset < 0) {
            return fid == null ? -Errno.EBADF : -Errno.EINVAL;
        }
        Attribute attribute = fid.attribute;
        long written;
        if (attribute != null) {
            written = writeAttribute(attribute, in.bytes(), data, count, offset);
        } else {
            written = fid.open ? session.files.write(fid.fd(), in.bytes(), data, count, offset) : -Errno.EBADF;
            if (written > 0 && fid.user != Ownership.ROOT && session.ownership.givesAway()) {
                dropSetIdBits(fid.fd());
            }
        }
        if (written < 0) {
            return written;
        }
        out.u32((int) written);
        return 0;
    }

    /** As a kernel does when somebody writes who is not root; this process is, and the guest's kernel leaves it to its server. */
    private void dropSetIdBits(int fd) {
        if (session.files.stat(fd, session.status) == 0 && (session.status.mode() & Opening.SET_ID) != 0) {
            var _ = session.files.changeMode(fd, session.status.mode() & Opening.PERMISSIONS & ~Opening.SET_ID);
        }
    }

    private static long writeAttribute(Attribute attribute, MemorySegment from, long at, int count, long offset) {
        byte[] value = attribute.value;
        if (!attribute.writing || offset > value.length - count) {
            return attribute.writing ? -Errno.ENOSPC : -Errno.EINVAL;
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, value, (int) offset, count);
        return count;
    }

    /** {@code Tfsync fid[4] datasync[4]}: nothing. */
    long sync(RequestReader in) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        int dataOnly = in.u32();
        in.end();
        return fid == null || !fid.open ? -Errno.EBADF : session.files.sync(fid.fd(), dataOnly != 0);
    }

    /**
     * {@code Treaddir fid[4] offset[8] count[4]}: {@code count[4] data[count]}, where the data is {@code qid[13] offset[8]
     * type[1] name[s]} for each entry, and the offset is the next entry's.
     */
    long readDirectory(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.seen(in.u32());
        long offset = in.u64();
        int wanted = in.u32();
        in.end();
        if (fid == null || !fid.open) {
            return -Errno.EBADF;
        }
        if (fid.file.isSealed()) {
            out.u32(0);
            return 0;
        }
        long refused = session.files.stat(fid.fd(), session.status);
        if (refused < 0) {
            return refused;
        }
        if (!session.status.isDirectory()) {
            return -Errno.ENOTDIR;
        }
        if (offset != fid.place) {
            refused = session.files.seek(fid.fd(), offset);
            if (refused < 0) {
                return refused;
            }
            fid.place = offset;
        }
        int place = out.position();
        out.u32(0);
        int most = wanted < 0 ? out.room() : Math.min(wanted, out.room());
        refused = list(fid, most, out);
        out.u32At(place, out.position() - place - Integer.BYTES);
        return refused;
    }

    /**
     * An entry of a message is at most 7/6 as long as the kernel's, so that all fit which are asked for: on file systems whose
     * places are numbers in a row, such as Linux 6.1's tmpfs, one that goes back after files were removed misses others.
     */
    private long list(Fid fid, int most, ReplyWriter out) {
        int end = out.position() + most;
        boolean isRoot = session.isRoot();
        long device = session.status.device();
        long refused = entries.fill(session.files, fid.fd(), (int) (most * 6L / 7));
        if (refused == -Errno.EINVAL) {
            refused = entries.fill(session.files, fid.fd(), most); // the first has a long name
        }
        if (refused < 0) {
            return refused;
        }
        boolean all = true;
        while (entries.next()) {
            int length = ENTRY_HEADER + entries.nameLength();
            if (length > end - out.position()) {
                all = false;
                break;
            }
            long inode = isRoot && entries.isParent() ? session.status.inode() : entries.inode();
            session.qids.writeEntry(device, inode, entries.type(), out);
            out.u64(entries.offset());
            out.u8(entries.type());
            out.u16(entries.nameLength());
            entries.copyName(out.bytes(), out.position());
            out.advance(entries.nameLength());
            fid.place = entries.offset();
        }
        // The host's kernel has gone on to the end of what it told.
        return all ? 0 : Math.min(session.files.seek(fid.fd(), fid.place), 0);
    }
}
