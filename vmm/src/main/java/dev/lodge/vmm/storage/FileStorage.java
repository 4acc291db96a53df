package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.Errno;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.MemoryFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A raw image: a file, sparse or not, or a block device, byte for byte. Of a file that is no whole number of sectors the
 * last one is filled up with zeroes.
 */
public final class FileStorage implements Storage, Located {

    private final DiskFile file;
    private final boolean writable;
    private final int blockSize;
    private boolean canDiscard;
    private boolean dirty;
    private boolean closed;

    private FileStorage(DiskFile file, boolean writable) {
        this.file = file;
        this.writable = writable;
        blockSize = Math.max(SECTOR_SIZE, file.physicalSectorSize());
        canDiscard = writable;
    }

    /**
     * Opens an image, and locks it: against all others if it is to be written to, against writers if not.
     *
     * @throws IOException if it is not there, is no file or block device, may not be used so, or is locked
     */
    public static FileStorage open(Path path, boolean writable) throws IOException {
        try {
            return of(DiskFile.open(path.toString(), writable), writable);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    static FileStorage of(DiskFile file, boolean writable) throws IOException {
        if (!file.tryLock(writable)) {
            file.close();
            throw new IOException(file.name() + " is in use: another has locked it"
                    + (writable ? "; only one can write to a disk" : " to write to it"));
        }
        return new FileStorage(file, writable);
    }

    /** A disk in memory, all zeroes; it takes memory from the host as it is written to, and is gone when closed. */
    public static FileStorage inMemory(long size) throws IOException {
        try {
            return of(DiskFile.of(MemoryFile.create("disk", size)), true);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public long size() {
        return (file.size() + SECTOR_SIZE - 1) & -SECTOR_SIZE;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public int blockSize() {
        return blockSize;
    }

    @Override
    public boolean canDiscard() {
        return canDiscard;
    }

    @Override
    public void read(long position, IoVector into) throws IOException {
        long length = into.bytes();
        try {
            long read = file.read(into, position);
            if (read < length) {
                fillLastSector(position, read, into);
            }
        } catch (LinuxException refused) {
            throw failed("read", position, refused);
        }
    }

    /** The file has ended within what was to be read: in its last sector, or it was cut off behind our back. */
    private void fillLastSector(long position, long read, IoVector rest) throws IOException {
        if (position + read + rest.bytes() > size()) {
            throw new IOException("read " + file.name() + " at " + position + ": the file has become too short");
        }
        rest.zero(0, rest.bytes());
        rest.clear();
    }

    @Override
    public @Nullable ReadQueue readQueue(int most) {
        return FileReadQueue.of(this, most);
    }

    @Override
    public boolean mayWait() {
        return !file.isInMemory();
    }

    @Override
    public void locate(long position, long length, Extent found) {
        found.inFile(file, position, length);
    }

    @Override
    public void write(long position, IoVector from) throws IOException {
        dirty = true;
        try {
            file.write(from, position);
        } catch (LinuxException refused) {
            throw failed("write", position, refused);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!dirty) {
            return;
        }
        try {
            file.sync();
            dirty = false;
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public void discard(long position, long length) throws IOException {
        dirty = true;
        try {
            file.discard(position, length);
        } catch (LinuxException refused) {
            if (refused.errno() != Errno.EOPNOTSUPP && refused.errno() != Errno.ENOSYS) {
                throw failed("discard", position, refused);
            }
            canDiscard = false; // a file system without holes: what is there stays there, which is allowed
        }
    }

    private IOException failed(String what, long position, LinuxException refused) {
        return new IOException(what + " " + file.name() + " at " + position + ": " + refused.getMessage(), refused);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            flush();
        } finally {
            file.close();
        }
    }
}
