package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoRing;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a storage that says where its bytes are, by the kernel's io_uring, from the very files. What is not in one of them, and
 * what is left behind a read's first {@value FileRead#MOST_PIECES} places, is read when the read begins, while the caller waits. Allocates
 * nothing for a read, once as many were pending as ever are.
 */
final class FileReadQueue implements ReadQueue {

    private final Storage storage;
    private final Located places;
    private final IoRing ring;
    private final FileRead[] reads;
    private final int[] spare;
    private int spareCount;
    private final Extent extent = new Extent();
    private final IoVector atHand = new IoVector(IoVector.MAX_PIECES);
    private int token;
    private long bytes;

    private FileReadQueue(Storage storage, Located places, IoRing ring, int most) {
        this.storage = storage;
        this.places = places;
        this.ring = ring;
        reads = new FileRead[most];
        spare = new int[most];
        for (int i = 0; i < most; i++) {
            reads[i] = new FileRead(i);
            spare[spareCount++] = i;
        }
    }

    /**
     * A queue for a storage.
     *
     * @param most reads that may be pending, 1 to 256
     * @return null where a read never waits, or the host has no io_uring for us
     */
    static <S extends Storage & Located> @Nullable FileReadQueue of(S storage, int most) {
        if (!storage.mayWait()) {
            return null;
        }
        IoRing ring = IoRing.tryCreate(most * FileRead.MOST_PIECES);
        return ring == null ? null : new FileReadQueue(storage, storage, ring, most);
    }

    @Override
    public int fd() {
        return ring.fd();
    }

    @Override
    public int pending() {
        return reads.length - spareCount;
    }

    @Override
    public void begin(long position, IoVector into, int name) {
        if (spareCount == 0) {
            throw new IllegalStateException(reads.length + " reads are pending");
        }
        FileRead read = reads[spare[--spareCount]];
        read.start(name);
        try {
            beginPieces(read, position, into);
        } catch (IOException | LinuxException why) { // which the caller hears when it reads by itself
            read.fail();
        }
        read.begunAll(ring);
    }

    private void beginPieces(FileRead read, long position, IoVector into) throws IOException {
        long length = into.bytes();
        long at = 0;
        for (int place = 0; at < length; place++) {
            if (place == FileRead.MOST_PIECES) {
                readAtOnce(read, position + at, into, at, length - at);
                return;
            }
            places.locate(position + at, length - at, extent);
            DiskFile file = extent.file();
            long here = extent.length();
            if (file != null) {
                read.beginPiece(ring, file, extent.position(), into, at, here);
            } else if (extent.isZeroes()) {
                into.zero(at, here);
                read.add(here);
            } else {
                readAtOnce(read, position + at, into, at, here);
            }
            at += here;
        }
    }

    private void readAtOnce(FileRead read, long position, IoVector into, long at, long length) throws IOException {
        ring.submit(); // what was begun goes on meanwhile
        atHand.clear();
        atHand.addPart(into, at, length);
        storage.read(position, atHand);
        read.add(length);
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
        while (ring.takeEnded()) {
            FileRead read = reads[(int) ring.token()];
            if (read.pieceEnded(ring.result())) {
                token = read.token();
                bytes = read.bytes();
                spare[spareCount++] = read.number();
                return true;
            }
        }
        return false;
    }

    @Override
    public int token() {
        return token;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        ring.close();
    }
}
