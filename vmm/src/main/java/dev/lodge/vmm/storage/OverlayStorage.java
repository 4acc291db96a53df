package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.KernelRandom;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.OpenFlag;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes over a base that stays as it is: blocks of 4 KiB that were written are in a file of their own, sparse, which is kept or
 * thrown away. Whoever changes the base changes what is read through it.
 *
 * <p>A block counts as written only when its bit is on disk, and bits go there at a flush, after what they stand for: after a
 * crash a block is as it was at the last flush or later, never half of both files. See {@link OverlayFile} for the format.
 *
 * <p>A read that goes on while its blocks are written to or discarded reads them from where they were when it began: from the base,
 * which nobody writes to, what they were before; from this file, whose blocks stand for the same part of the disk always, what they were,
 * what they are, or the zeroes of what was discarded.
 */
public final class OverlayStorage implements Storage, Located {

    private static final int BLOCK_SIZE = OverlayFile.BLOCK_SIZE;

    private final Storage base;
    private final Located locatedBase;
    private final OverlayFile file;
    private final long size;
    private final IoVector part = new IoVector(IoVector.MAX_PIECES);
    private final IoVector oneBlock = new IoVector(1);
    private final MemorySegment block = Arena.ofAuto().allocate(BLOCK_SIZE);
    private boolean dirty;
    private boolean closed;

    private OverlayStorage(Storage base, OverlayFile file) {
        this.base = base;
        locatedBase = Located.of(base);
        this.file = file;
        size = file.diskSize();
    }

    /**
     * Goes on with an overlay, or begins one if there is no such file.
     *
     * @param base closed with this, also if this fails
     * @throws IOException if the file is no overlay, is one over a base of another size, or is in use
     */
    public static OverlayStorage keptIn(Path path, Storage base) throws IOException {
        return over(
                base,
                () -> DiskFile.of(FileDescriptor.open(path.toString(), OpenFlag.O_RDWR | OpenFlag.O_CREAT, 0600)));
    }

    /**
     * Begins an overlay that is gone when closed, or when the process ends.
     *
     * @param directory where its room comes from; it has no name there
     * @param base closed with this, also if this fails
     */
    public static OverlayStorage thrownAway(Path directory, Storage base) throws IOException {
        return over(base, () -> {
            // Not O_TMPFILE, which not every file system knows: Linux 6.1's overlayfs does not.
            Path name = directory.resolve("lodge-" + KernelRandom.uuid() + ".overlay");
            DiskFile file = DiskFile.of(
                    FileDescriptor.open(name.toString(), OpenFlag.O_RDWR | OpenFlag.O_CREAT | OpenFlag.O_EXCL, 0600));
            Files.delete(name);
            return file;
        });
    }

    private interface Opening {
        DiskFile open() throws IOException;
    }

    private static OverlayStorage over(Storage base, Opening opening) throws IOException {
        try {
            return new OverlayStorage(base, OverlayFile.of(opening.open(), base.size()));
        } catch (LinuxException refused) {
            base.close();
            throw new IOException(refused.getMessage(), refused);
        } catch (IOException refused) {
            base.close();
            throw refused;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public int blockSize() {
        return BLOCK_SIZE;
    }

    @Override
    public boolean canDiscard() {
        return true;
    }

    @Override
    public void read(long position, IoVector into) throws IOException {
        long end = position + into.bytes();
        long at = position;
        while (at < end) {
            long until = endOfRun(at, end);
            part.clear();
            part.addPart(into, at - position, until - at);
            if (file.isWritten(at / BLOCK_SIZE)) {
                file.read(at, part);
            } else {
                base.read(at, part);
            }
            at = until;
        }
        into.clear();
    }

    /** Where the blocks end that are in the same file as that of a position; {@code end} at the latest. */
    private long endOfRun(long position, long end) {
        boolean written = file.isWritten(position / BLOCK_SIZE);
        long until = (position / BLOCK_SIZE + 1) * BLOCK_SIZE;
        while (until < end && file.isWritten(until / BLOCK_SIZE) == written) {
            until += BLOCK_SIZE;
        }
        return Math.min(until, end);
    }

    @Override
    public @Nullable ReadQueue readQueue(int most) {
        return FileReadQueue.of(this, most);
    }

    @Override
    public boolean mayWait() {
        return file.mayWait() || locatedBase.mayWait();
    }

    @Override
    public void locate(long position, long length, Extent found) throws IOException {
        long run = endOfRun(position, position + length) - position;
        if (file.isWritten(position / BLOCK_SIZE)) {
            file.locate(position, run, found);
        } else {
            locatedBase.locate(position, run, found);
        }
    }

    @Override
    public void write(long position, IoVector from) throws IOException {
        dirty = true;
        long end = position + from.bytes();
        long first = position / BLOCK_SIZE;
        long last = (end - 1) / BLOCK_SIZE;
        if (position % BLOCK_SIZE != 0) {
            copyUp(first);
        }
        if (end % BLOCK_SIZE != 0 && end != size && (last != first || position % BLOCK_SIZE == 0)) {
            copyUp(last);
        }
        file.write(position, from);
        file.markWritten(first, last);
    }

    /** A block of which only a part is about to be written has its old content first. */
    private void copyUp(long number) throws IOException {
        if (file.isWritten(number)) {
            return;
        }
        long start = number * BLOCK_SIZE;
        long length = Math.min(BLOCK_SIZE, size - start);
        oneBlock.clear();
        oneBlock.add(block, 0, length);
        base.read(start, oneBlock);
        oneBlock.clear();
        oneBlock.add(block, 0, length);
        file.write(start, oneBlock);
    }

    @Override
    public void flush() throws IOException {
        if (dirty) {
            file.flush();
            dirty = false;
        }
    }

    @Override
    public void discard(long position, long length) throws IOException {
        long first = (position + BLOCK_SIZE - 1) / BLOCK_SIZE;
        long end = position + length == size ? (size + BLOCK_SIZE - 1) / BLOCK_SIZE : (position + length) / BLOCK_SIZE;
        if (first < end) {
            dirty = true;
            file.discard(first * BLOCK_SIZE, Math.min(end * BLOCK_SIZE, size) - first * BLOCK_SIZE);
            file.markWritten(first, end - 1); // they read as zeroes now
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (base;
                file) {
            flush();
        }
    }
}
