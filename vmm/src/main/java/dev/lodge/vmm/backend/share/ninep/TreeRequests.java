package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.NativeString;
import dev.lodge.linux.OpenFlag;

/** Requests that walk the tree of files and change it: names, and what they stand for. */
final class TreeRequests {
    private final Session session;
    private final Whereabouts whereabouts;

    TreeRequests(Session session) {
        this.session = session;
        whereabouts = new Whereabouts(session);
    }

    /** {@code Tattach fid[4] afid[4] uname[s] aname[s] n_uname[4]}: {@code qid[13]}. There is one tree only. */
    long attach(RequestReader in, ReplyWriter out) throws MalformedRequest {
        int number = in.u32();
        int authentication = in.u32();
        in.skipString();
        long refused = in.string(session.path);
        int user = in.u32();
        in.end();
        if (refused == 0 && session.path.length() != 0 && !session.path.is("/")) {
            refused = -Errno.ENOENT;
        }
        if (refused == 0 && authentication != -1) {
            refused = -Errno.EINVAL;
        }
        if (refused == 0) {
            refused = session.fids.refusal(number);
        }
        if (refused == 0 && !session.limits.files().mayBeMore()) {
            refused = -Errno.EMFILE;
        }
        if (refused < 0) {
            return refused;
        }
        long fd = session.files.reopen(session.root.fd(), OpenFlag.O_PATH | OpenFlag.O_DIRECTORY);
        if (fd < 0) {
            return fd;
        }
        refused = session.files.stat((int) fd, session.status);
        if (refused < 0) {
            var _ = session.files.close((int) fd);
            return refused;
        }
        session.know(number, new Fid(user, Handle.of((int) fd, session.status.device(), session.limits.files())));
        session.qids.write(session.status, out);
        return 0;
    }

    /** {@code Twalk fid[4] newfid[4] nwname[2] nwname*(wname[s])}: {@code nwqid[2] nwqid*(qid[13])}. */
    long walk(RequestReader in, ReplyWriter out) throws MalformedRequest {
        int number = in.u32();
        int newNumber = in.u32();
        int steps = in.u16();
        if (steps > Limits.MOST_NAMES) {
            throw new MalformedRequest();
        }
        long names = in.position();
        for (int i = 0; i < steps; i++) {
            in.skipString();
        }
        in.end();
        Fid fid = session.seen(number);
        if (fid == null) {
            return -Errno.EBADF;
        }
        if (number != newNumber) {
            long refused = session.fids.refusal(newNumber);
            if (refused < 0) {
                return refused;
            }
        } else if (fid.open && steps != 0) {
            return -Errno.EBUSY;
        }
        in.back(names);
        int count = out.position();
        out.u16(0);
        Handle at = fid.file.share();
        int done = 0;
        long refused = 0;
        while (done < steps) {
            refused = in.name(session.name);
            long next = refused < 0 ? refused : step(at);
            if (next < 0) {
                refused = next;
                break;
            }
            refused = session.files.stat((int) next, session.status);
            if (refused < 0) {
                var _ = session.files.close((int) next);
                break;
            }
            Handle before = at;
            at = session.arrived((int) next, before);
            before.release(session.files);
            session.qids.write(session.status, out);
            done++;
        }
        if (done < steps) {
            at.release(session.files);
            if (done == 0) {
                return refused;
            }
        } else if (number == newNumber && steps == 0) {
            at.release(session.files);
        } else {
            session.know(newNumber, new Fid(fid.user, at));
        }
        out.u16At(count, done);
        return 0;
    }

    private long step(Handle from) {
        if (from.isSealed()) {
            return -Errno.ENOENT;
        }
        if (!session.limits.files().mayBeMore()) {
            return -Errno.EMFILE;
        }
        if (session.name.is("..")) {
            return whereabouts.parent(from.fd());
        }
        return session.names.open(from.fd(), session.name, Opening.HOLD, 0);
    }

    /** {@code Tmkdir dfid[4] name[s] mode[4] gid[4]}: {@code qid[13]}. */
    long makeDirectory(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid directory = session.file(in.u32());
        long refused = in.properName(session.name);
        int mode = in.u32() & Opening.PERMISSIONS;
        int group = in.u32();
        in.end();
        if (refused < 0 || directory == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        refused = session.names.makeDirectory(directory.fd(), session.name, mode);
        return refused < 0 ? refused : made(directory, group, mode, out);
    }

    /** {@code Tsymlink fid[4] name[s] symtgt[s] gid[4]}: {@code qid[13]}. */
    long makeSymbolicLink(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid directory = session.file(in.u32());
        long refused = in.properName(session.name);
        long refusedTarget = in.string(session.path);
        int group = in.u32();
        in.end();
        if (refused == 0) {
            refused = refusedTarget;
        }
        if (refused < 0 || directory == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        refused = session.names.makeSymbolicLink(directory.fd(), session.name, session.path);
        return refused < 0 ? refused : made(directory, group, 0, out);
    }

    /**
     * {@code Tmknod dfid[4] name[s] mode[4] major[4] minor[4] gid[4]}: {@code qid[13]}. Pipes, sockets and empty files: a
     * device's node would open that device to whoever finds it on the host.
     */
    long makeNode(RequestReader in, ReplyWriter out) throws MalformedRequest {
        Fid directory = session.file(in.u32());
        long refused = in.properName(session.name);
        int mode = in.u32();
        var _ = in.u32();
        var _ = in.u32();
        int group = in.u32();
        in.end();
        if (refused < 0 || directory == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        int kind = mode & FileConstant.S_IFMT;
        if (kind != FileConstant.S_IFIFO
                && kind != FileConstant.S_IFSOCK
                && kind != FileConstant.S_IFREG
                && kind != 0) {
            return -Errno.EPERM;
        }
        int bits = mode & (Opening.PERMISSIONS | FileConstant.S_IFMT);
        refused = session.names.makeNode(directory.fd(), session.name, bits, 0);
        return refused < 0 ? refused : made(directory, group, mode, out);
    }

    private long made(Fid directory, int group, int mode, ReplyWriter out) {
        long refused = session.settle(directory.fd(), session.name, directory.user, group, mode);
        if (refused == 0) {
            session.qids.write(session.status, out);
        }
        return refused;
    }

    /** {@code Tlink dfid[4] fid[4] name[s]}: nothing. */
    long link(RequestReader in) throws MalformedRequest {
        Fid directory = session.file(in.u32());
        Fid target = session.file(in.u32());
        long refused = in.properName(session.name);
        in.end();
        if (refused < 0 || directory == null || target == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        return session.names.makeLink(target.fd(), directory.fd(), session.name);
    }

    /** {@code Tunlinkat dirfid[4] name[s] flags[4]}: nothing. */
    long unlinkAt(RequestReader in) throws MalformedRequest {
        Fid directory = session.file(in.u32());
        long refused = in.properName(session.name);
        int flags = in.u32();
        in.end();
        if (refused < 0 || directory == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        return session.names.unlink(directory.fd(), session.name, flags & FileConstant.AT_REMOVEDIR);
    }

    /** {@code Trenameat olddirfid[4] oldname[s] newdirfid[4] newname[s]}: nothing. */
    long renameAt(RequestReader in) throws MalformedRequest {
        Fid from = session.file(in.u32());
        long refused = in.properName(session.name);
        Fid to = session.file(in.u32());
        long refusedNew = in.properName(session.otherName);
        in.end();
        if (refused == 0) {
            refused = refusedNew;
        }
        if (refused < 0 || from == null || to == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        return session.names.rename(from.fd(), session.name, to.fd(), session.otherName);
    }

    /** {@code Trename fid[4] dfid[4] name[s]}: nothing. By a file's fid, whose name the host is asked for. */
    long rename(RequestReader in) throws MalformedRequest {
        Fid fid = session.file(in.u32());
        Fid to = session.file(in.u32());
        long refused = in.properName(session.otherName);
        in.end();
        if (refused < 0 || fid == null || to == null) {
            return refused < 0 ? refused : -Errno.EBADF;
        }
        NativeString name = session.name;
        long directory = whereabouts.directory(fid.fd(), name);
        if (directory < 0) {
            return directory;
        }
        refused = session.names.rename((int) directory, name, to.fd(), session.otherName);
        var _ = session.files.close((int) directory);
        return refused;
    }

    /** {@code Tremove fid[4]}: nothing. The fid is gone in any case. */
    long remove(RequestReader in) throws MalformedRequest {
        int number = in.u32();
        in.end();
        Fid fid = session.fids.remove(number);
        if (fid == null) {
            return -Errno.EBADF;
        }
        long refused = fid.isFile() ? removed(fid) : 0;
        session.letGo(number, fid);
        return refused;
    }

    private long removed(Fid fid) {
        if (session.readOnly) {
            return -Errno.EROFS;
        }
        long directory = whereabouts.directory(fid.fd(), session.name);
        if (directory < 0) {
            return directory;
        }
        int flags = session.status.isDirectory() ? FileConstant.AT_REMOVEDIR : 0;
        long refused = session.names.unlink((int) directory, session.name, flags);
        var _ = session.files.close((int) directory);
        return refused;
    }
}
