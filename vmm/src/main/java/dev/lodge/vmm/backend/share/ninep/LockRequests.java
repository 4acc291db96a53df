package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.NativeString;
import dev.lodge.linux.OpenFlag;
import org.jspecify.annotations.Nullable;

/** Requests that lock ranges of files, and ask for locks. Types are those of {@code fcntl.h}. */
final class LockRequests {
    private static final int SUCCESS = 0;
    private static final int BLOCKED = 1;

    private final Session session;
    private final NativeString client = new NativeString(Limits.NAME);

    LockRequests(Session session) {
        this.session = session;
    }

    /**
     * {@code Tlock fid[4] type[1] flags[4] start[8] length[8] proc_id[4] client_id[s]}: {@code status[1]}. A client that would
     * wait asks again after a while.
     */
    long lock(RequestReader in, ReplyWriter out) throws MalformedRequest {
        int number = in.u32();
        int type = in.u8();
        var _ = in.u32();
        long start = in.u64();
        long length = in.u64();
        int process = in.u32();
        in.skipString();
        in.end();
        Fid fid = session.file(number);
        long refused = refusal(fid, type);
        if (fid == null || refused < 0) {
            return refused;
        }
        long device = session.status.device();
        long inode = session.status.inode();
        refused = session.locks.lock(number, fid, device, inode, process, type, start, length);
        if (refused < 0 && refused != -Errno.EAGAIN && refused != -Errno.EACCES) {
            return refused;
        }
        out.u8(refused == 0 ? SUCCESS : BLOCKED);
        return 0;
    }

    private long refusal(@Nullable Fid fid, int type) {
        if (fid == null || !fid.open) {
            return -Errno.EBADF;
        }
        if (type > FileConstant.F_UNLCK) {
            return -Errno.EINVAL;
        }
        long refused = session.files.stat(fid.fd(), session.status);
        return refused < 0 || session.status.isRegular() ? refused : -Errno.EINVAL;
    }

    /**
     * {@code Tgetlock fid[4] type[1] start[8] length[8] proc_id[4] client_id[s]}: {@code type[1] start[8] length[8] proc_id[4]
     * client_id[s]}. Tells of others' locks; the guest knows its own. Linux's client does not say what it asks for
     * ({@code F_UNLCK}), and is told of locks for writing, which are in the way of all.
     */
    long find(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        int type = in.u8();
        long start = in.u64();
        long length = in.u64();
        int process = in.u32();
        long refused = in.string(client);
        in.end();
        if (refused == 0) {
            refused = refusal(fid, type);
        }
        if (fid == null || refused < 0) {
            return refused;
        }
        if (Locks.last(start, length) < 0) {
            return -Errno.EINVAL;
        }
        refused = look(fid, type == FileConstant.F_UNLCK ? FileConstant.F_RDLCK : type, start, length);
        if (refused < 0) {
            return refused;
        }
        boolean none = session.files.foundType() == FileConstant.F_UNLCK;
        out.u8(session.files.foundType());
        out.u64(none ? start : session.files.foundStart());
        out.u64(none ? length : session.files.foundLength());
        out.u32(none ? process : 0);
        out.string(client);
        return 0;
    }

    private long look(Fid fid, int type, long start, long length) {
        int locked = session.locks.openingOf(session.status.device(), session.status.inode());
        if (locked >= 0) {
            return session.files.findLock(locked, type, start, length);
        }
        long fd = session.files.reopen(fid.fd(), OpenFlag.O_RDONLY);
        if (fd < 0) {
            fd = session.files.reopen(fid.fd(), OpenFlag.O_WRONLY);
        }
        if (fd < 0) {
            return fd;
        }
        long result = session.files.findLock((int) fd, type, start, length);
        var _ = session.files.close((int) fd);
        return result;
    }
}
