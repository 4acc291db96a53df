package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoRing;
import dev.lodge.linux.IoVector;
import org.jspecify.annotations.Nullable;

/** Reads of a file, by the kernel's io_uring. */
final class FileReadQueue implements ReadQueue {

    private final DiskFile file;
    private final IoRing ring;

    private FileReadQueue(DiskFile file, IoRing ring) {
        this.file = file;
        this.ring = ring;
    }

    /** Null where a read never waits, or the host has no io_uring for us. */
    static @Nullable FileReadQueue of(DiskFile file, int most) {
        if (file.isInMemory()) {
            return null;
        }
        IoRing ring = IoRing.tryCreate(most);
        return ring == null ? null : new FileReadQueue(file, ring);
    }

    @Override
    public int fd() {
        return ring.fd();
    }

    @Override
    public int pending() {
        return ring.pending();
    }

    @Override
    public void begin(long position, IoVector into, int token) {
        ring.read(file, into, position, token);
    }

    @Override
    public void submit() {
        ring.submit();
    }

    @Override
    public void await() {
        ring.await();
    }

    @Override
    public boolean takeEnded() {
        return ring.takeEnded();
    }

    @Override
    public int token() {
        return (int) ring.token();
    }

    @Override
    public long bytes() {
        return ring.result();
    }

    @Override
    public void close() {
        ring.close();
    }
}
