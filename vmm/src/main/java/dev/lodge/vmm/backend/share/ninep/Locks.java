package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileCalls;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has locked. A guest's kernel lets its programs wait for each other by itself, and asks its server only then;
 * so the client has one opening of each file that it has locked, and its locks are in the way of the host's programs and of
 * other guests, never of each other. The kernel asks for a lock before it has given back the one that was in the way: did
 * these collide, Linux would wait half a minute before it asked again.
 *
 * <p>A range is given back when all those who locked it have done so. One thread.
 */
final class Locks {
    private static final long TO_THE_END = Long.MAX_VALUE;

    private final FileCalls files;
    private final int most;
    private final OpenFiles among;
    private final List<LockedFile> locked = new ArrayList<>();
    private int count;

    Locks(FileCalls files, int most, OpenFiles among) {
        this.files = files;
        this.most = most;
        this.among = among;
    }

    /** Who locked what: by which fid, for which of the guest's processes. From the first byte to the last one. */
    private record Range(int fid, int process, int type, long start, long last) {
        boolean touches(long from, long to) {
            return start <= to && from <= last;
        }
    }

    private record LockedFile(long device, long inode, int fd, boolean writable, List<Range> ranges) {}

    /**
     * Locks a range, or unlocks it.
     *
     * @param number the fid's
     * @param device the file's, as {@code inode}
     * @param type {@code F_RDLCK}, {@code F_WRLCK} or {@code F_UNLCK}
     * @param length bytes; 0 for all that follows
     * @return 0, {@code -EAGAIN} if another's lock is in the way, or another {@code -errno}
     */
    long lock(int number, Fid fid, long device, long inode, int process, int type, long start, long length) {
        long last = last(start, length);
        if (last < 0) {
            return -Errno.EINVAL;
        }
        LockedFile file = find(device, inode);
        if (type == FileConstant.F_UNLCK) {
            if (file != null) {
                unlock(file, number, process, start, last);
            }
            return 0;
        }
        if (count + 2 > most) {
            return -Errno.ENOLCK; // a range in the middle of another makes two more of it
        }
        if (file == null) {
            file = opened(fid, device, inode);
            if (file == null) {
                return -Errno.ENOLCK;
            }
            locked.add(file);
        }
        long refused = apply(file, strongest(file, type, start, last), start, last);
        if (refused < 0) {
            closeIfUnused(file);
            return refused;
        }
        cut(file, number, process, start, last, false);
        add(file, new Range(number, process, type, start, last));
        return 0;
    }

    /** The last byte of a range, or -1 if there is none such. */
    static long last(long start, long length) {
        if (start < 0 || length < 0 || length - 1 > TO_THE_END - start) {
            return -1;
        }
        return length == 0 ? TO_THE_END : start + length - 1;
    }

    private static long length(long start, long last) {
        return last == TO_THE_END ? 0 : last - start + 1;
    }

    /** A fid is gone, and its locks with it. */
    void forget(int number) {
        for (int i = locked.size() - 1; i >= 0; i--) {
            unlock(locked.get(i), number, Ownership.NOBODY, 0, TO_THE_END);
        }
    }

    private @Nullable LockedFile find(long device, long inode) {
        for (int i = 0; i < locked.size(); i++) {
            LockedFile file = locked.get(i);
            if (file.inode == inode && file.device == device) {
                return file;
            }
        }
        return null;
    }

    private @Nullable LockedFile opened(Fid fid, long device, long inode) {
        if (!among.mayBeMore()) {
            return null;
        }
        long fd = files.reopen(fid.fd(), OpenFlag.O_RDWR);
        boolean writable = fd >= 0;
        if (!writable) {
            fd = files.reopen(fid.fd(), OpenFlag.O_RDONLY);
        }
        if (fd < 0) {
            return null;
        }
        among.opened();
        return new LockedFile(device, inode, (int) fd, writable, new ArrayList<>());
    }

    /** A file that may not be written to can be locked against writers only: the most that there is. */
    private long apply(LockedFile file, int type, long start, long last) {
        int possible = type == FileConstant.F_WRLCK && !file.writable ? FileConstant.F_RDLCK : type;
        return files.lock(file.fd, possible, start, length(start, last));
    }

    private static int strongest(LockedFile file, int type, long start, long last) {
        for (int i = 0; i < file.ranges.size(); i++) {
            Range range = file.ranges.get(i);
            if (range.touches(start, last) && range.type == FileConstant.F_WRLCK) {
                return FileConstant.F_WRLCK;
            }
        }
        return type;
    }

    private void add(LockedFile file, Range range) {
        file.ranges.add(range);
        count++;
    }

    /** Takes a range out of what a fid, or a process, has locked. */
    private void cut(LockedFile file, int number, int process, long start, long last, boolean orFid) {
        List<Range> ranges = file.ranges;
        for (int i = ranges.size() - 1; i >= 0; i--) {
            Range range = ranges.get(i);
            boolean theirs = orFid
                    ? range.fid == number || range.process == process
                    : range.fid == number && range.process == process;
            if (!theirs || !range.touches(start, last)) {
                continue;
            }
            ranges.remove(i);
            count--;
            if (range.start < start) {
                add(file, new Range(range.fid, range.process, range.type, range.start, start - 1));
            }
            if (range.last > last) {
                add(file, new Range(range.fid, range.process, range.type, last + 1, range.last));
            }
        }
    }

    private void unlock(LockedFile file, int number, int process, long start, long last) {
        cut(file, number, process, start, last, true);
        long at = start;
        while (at >= 0 && at <= last) { // gives back what lies between those ranges that others still have
            long free = last;
            long covered = -1;
            for (int i = 0; i < file.ranges.size(); i++) {
                Range range = file.ranges.get(i);
                if (range.start <= at && range.last >= at) {
                    covered = Math.max(covered, range.last);
                } else if (range.start > at) {
                    free = Math.min(free, range.start - 1);
                }
            }
            if (covered < 0) {
                var _ = apply(file, FileConstant.F_UNLCK, at, free);
                covered = free;
            }
            at = covered + 1; // negative behind the last byte of all
        }
        closeIfUnused(file);
    }

    private void closeIfUnused(LockedFile file) {
        if (file.ranges.isEmpty()) {
            locked.remove(file);
            var _ = files.close(file.fd);
            among.closed();
        }
    }

    /** The opening by which a file's locks are looked at: the locked one, or -1 if there is none. */
    int openingOf(long device, long inode) {
        LockedFile file = find(device, inode);
        return file == null ? -1 : file.fd;
    }
}
