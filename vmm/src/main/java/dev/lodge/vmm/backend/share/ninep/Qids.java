package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.FileConstant;
import dev.lodge.linux.FileStatus;

/**
 * What a file is called between client and server, whatever its name: {@code type[1] version[4] path[8]}. The path is the
 * inode's number, which is what programs in the guest see; that of a file on another file system than the shared directory's
 * is mixed with the device's, and has its highest bit set.
 */
final class Qids {
    private static final int DIRECTORY = 0x80;
    private static final int SYMLINK = 0x02;
    private static final int FILE = 0;

    private final long device;

    /** For a share whose root is on this device. */
    Qids(long device) {
        this.device = device;
    }

    void write(FileStatus status, ReplyWriter out) {
        out.u8(type(status.kind()));
        out.u32(version(status));
        out.u64(path(status.device(), status.inode()));
    }

    /** For a directory's entry, of which its inode and kind are known. */
    void writeEntry(long ofDevice, long inode, int kind, ReplyWriter out) {
        out.u8(kind == FileConstant.DT_DIR ? DIRECTORY : kind == FileConstant.DT_LNK ? SYMLINK : FILE);
        out.u32(0);
        out.u64(path(ofDevice, inode));
    }

    private static int type(int kind) {
        return kind == FileConstant.S_IFDIR ? DIRECTORY : kind == FileConstant.S_IFLNK ? SYMLINK : FILE;
    }

    /** Changes when the file does; never 0, by which a client takes the file for one that must not be cached. */
    private static int version(FileStatus status) {
        long mixed =
                mix(status.modificationSeconds() * 1_000_000_000 + status.modificationNanos() ^ status.size() << 40);
        return (int) (mixed >>> 32) | 1;
    }

    long path(long ofDevice, long inode) {
        if (ofDevice == device && inode >= 0) {
            return inode;
        }
        return mix(inode ^ mix(ofDevice)) | Long.MIN_VALUE;
    }

    /** The finaliser of MurmurHash3: each bit of the result depends on each of the value. */
    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
