package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.ref.Reference;

/**
 * A regular file or a block device as a disk: vectored transfers, durability, holes, and a lock against others that would
 * write to it. One thread at a time.
 */
public final class DiskFile implements AutoCloseable {
    /** Bytes in the smallest sector of any disk. */
    public static final int SECTOR_SIZE = 512;

    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;

    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    static final int TMPFS_MAGIC = 0x01021994;

    static final int BLKSSZGET = 0x1268;
    static final int BLKDISCARD = 0x1277;
    static final int BLKPBSZGET = 0x127b;
    static final int BLKGETSIZE64 = 0x80081272;

    private final FileDescriptor file;
    private final Syscall syscall = new Syscall();
    private final boolean device;
    private final boolean inMemory;

    private DiskFile(FileDescriptor file, boolean device) {
        this.file = file;
        this.device = device;
        inMemory = !device && isOfTmpfs(); // a device's node is in one, too
    }

    /**
     * Opens one, close-on-exec.
     *
     * @throws LinuxException naming the path, when the kernel refuses, or if it is neither a regular file nor a block device
     */
    public static DiskFile open(String path, boolean writable) {
        return of(FileDescriptor.open(path, writable ? OpenFlag.O_RDWR : OpenFlag.O_RDONLY));
    }

    /** Takes over an open file; closing this closes it. */
    public static DiskFile of(FileDescriptor file) {
        try {
            int type = mode(file) & FileConstant.S_IFMT;
            if (type != FileConstant.S_IFREG && type != FileConstant.S_IFBLK) {
                throw new LinuxException(
                        "open " + file.name(), Errno.EINVAL, "a disk is a regular file or a block device");
            }
            return new DiskFile(file, type == FileConstant.S_IFBLK);
        } catch (LinuxException refused) {
            file.close();
            throw refused;
        }
    }

    private static int mode(FileDescriptor file) {
        Syscall syscall = Syscall.current();
        LinuxException.check(
                syscall.call(SystemCallNumber.FSTAT, file.fd(), syscall.scratchAddress(), 0, 0, 0, 0),
                "fstat " + file.name());
        return syscall.scratch().get(JAVA_INT, stat.st_mode$offset);
    }

    /** Whether it is a block device. */
    public boolean isDevice() {
        return device;
    }

    /** Whether its bytes are in memory and nowhere else, so that no transfer waits for a device. */
    public boolean isInMemory() {
        return inMemory;
    }

    private boolean isOfTmpfs() {
        long result = syscall.call(SystemCallNumber.FSTATFS, file.fd(), syscall.scratchAddress(), 0, 0, 0, 0);
        return result == 0 && (int) syscall.scratch().get(JAVA_LONG, statfs.f_type$offset) == TMPFS_MAGIC;
    }

    /** Bytes in it now. */
    public long size() {
        if (!device) {
            return file.size();
        }
        file.ioctl("BLKGETSIZE64", Integer.toUnsignedLong(BLKGETSIZE64), syscall.scratch());
        return syscall.scratch().get(JAVA_LONG, 0);
    }

    /** Bytes in a sector, which transfers to a block device should not split; 512 for a file. */
    public int sectorSize() {
        return device ? deviceSize("BLKSSZGET", BLKSSZGET) : SECTOR_SIZE;
    }

    /** Bytes that the device writes at once; 4096 for a file, where they are the file system's. */
    public int physicalSectorSize() {
        return device ? deviceSize("BLKPBSZGET", BLKPBSZGET) : (int) Mman.PAGE_SIZE;
    }

    private int deviceSize(String call, int request) {
        file.ioctl(call, request, syscall.zeroedScratch(Long.BYTES));
        return syscall.scratch().get(JAVA_INT, 0);
    }

    /**
     * Locks it until it is closed, or the process ends: against all others if it is to be written to, against writers if not.
     *
     * @return false if another has locked it so that this cannot be; true also on file systems that know no locks
     */
    public boolean tryLock(boolean exclusive) {
        long result =
                syscall.call(SystemCallNumber.FLOCK, file.fd(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB, 0, 0, 0, 0);
        return result != -Errno.EAGAIN;
    }

    /**
     * Fills a vector.
     *
     * @param pieces is emptied as far as it was filled
     * @return bytes read: fewer than the vector has only where the file ends
     * @throws LinuxException when the kernel refuses
     */
    public long read(IoVector pieces, long position) {
        return transfer(SystemCallNumber.PREADV, "preadv", pieces, position);
    }

    /**
     * Writes all of a vector.
     *
     * @param pieces is emptied
     * @throws LinuxException when the kernel refuses
     */
    public void write(IoVector pieces, long position) {
        long bytes = pieces.bytes();
        if (transfer(SystemCallNumber.PWRITEV, "pwritev", pieces, position) < bytes) {
            throw new LinuxException("pwritev " + file.name(), Errno.ENOSPC);
        }
    }

    private long transfer(int number, String call, IoVector pieces, long position) {
        long done = 0;
        while (pieces.bytes() > 0) {
            long result;
            try {
                result = syscall.call(number, file.fd(), pieces.address(), pieces.count(), position + done, 0, 0);
            } finally {
                Reference.reachabilityFence(pieces);
            }
            if (result == 0) {
                break;
            }
            if (result == pieces.bytes()) {
                done += result;
                pieces.clear();
            } else if (result > 0) {
                done += result;
                pieces.consume(result);
            } else if (result != -Errno.EINTR) {
                throw new LinuxException(call + " " + file.name(), (int) -result);
            }
        }
        return done;
    }

    /** Returns when all that was written is durable. */
    public void sync() {
        long result;
        do {
            result = syscall.call(SystemCallNumber.FDATASYNC, file.fd(), 0, 0, 0, 0, 0);
        } while (result == -Errno.EINTR);
        check(result, "fdatasync");
    }

    /**
     * Gives back the room of a range: in a file it reads as zeroes from then on, in a device as that likes.
     *
     * @throws LinuxException when the kernel refuses: {@link Errno#EOPNOTSUPP} where there is no such thing
     */
    public void discard(long position, long length) {
        if (device) {
            syscall.scratch().set(JAVA_LONG, 0, position);
            syscall.scratch().set(JAVA_LONG, Long.BYTES, length);
            file.ioctl("BLKDISCARD", BLKDISCARD, syscall.scratch());
            return;
        }
        check(
                syscall.call(
                        SystemCallNumber.FALLOCATE,
                        file.fd(),
                        FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE,
                        position,
                        length,
                        0,
                        0),
                "fallocate");
    }

    /** Makes a regular file longer or shorter. */
    public void resize(long size) {
        MemoryFile.resize(file, size);
    }

    int fd() {
        return file.fd();
    }

    /** What was opened, for messages. */
    public String name() {
        return file.name();
    }

    @Override
    public void close() {
        file.close();
    }

    private void check(long result, String call) {
        if (result < 0) {
            throw new LinuxException(call + " " + file.name(), (int) -result);
        }
    }
}
