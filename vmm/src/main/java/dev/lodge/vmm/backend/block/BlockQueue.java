package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_DISCARD;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_FLUSH_DISKCACHE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_READ;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE_BARRIER;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_RSP_EOPNOTSUPP;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_RSP_ERROR;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_RSP_OKAY;
import static dev.lodge.vmm.abi.BlkifAbi.SIZEOF_response;
import static dev.lodge.vmm.abi.BlkifAbi.response_id;
import static dev.lodge.vmm.abi.BlkifAbi.response_operation;
import static dev.lodge.vmm.abi.BlkifAbi.response_status;

import dev.lodge.linux.IoVector;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.RingBackEnd;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.memory.FrameList;
import dev.lodge.vmm.storage.ReadQueue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One ring of a disk. Requests are taken in their order, adjacent ones done together. Writes, flushes and discards are done
 * when they are taken, so a flush has only to make durable what was written before it. A read alone is done so, too: nothing
 * is faster. But of several, where the storage may have to wait for them, all are begun before one is waited for, and are
 * answered as they end. Allocates nothing for a request. On the connection's thread.
 */
final class BlockQueue {

    private static final int MOST_READS = 32;
    private static final int SECTORS_IN_FRAME = FrameNumber.FRAME_SIZE / Disk.SECTOR_SIZE;

    private final Disk disk;
    private final RingBackEnd ring;
    private final int ringSize;
    private final BackendPort port;
    private final GrantedFrames frames;
    private final BlockRequest request;
    private final FrameList gathered = new FrameList();
    private final FrameList indirect = new FrameList();
    private final Transfers transfers;
    private Transfer transfer;
    private final @Nullable ReadQueue reads;
    private final Transfer.Outcome outcome = this::transferred;
    private final MemorySegment response = Arena.ofAuto().allocate(SIZEOF_response, Long.BYTES);

    BlockQueue(Disk disk, RingBackEnd ring, int ringSize, GuestWidth width, BackendPort port, GrantedFrames frames) {
        this.disk = disk;
        this.ring = ring;
        this.ringSize = ringSize;
        request = new BlockRequest(width);
        this.port = port;
        this.frames = frames;
        transfers = new Transfers(disk, MOST_READS + 1);
        transfer = transfers.take();
        reads = disk.storage().readQueue(MOST_READS);
    }

    /** What becomes readable when {@link #serve} should be called for reads that have ended; -1 if that never is so. */
    int fd() {
        return reads == null ? -1 : reads.fd();
    }

    /**
     * Answers what has ended, then takes and answers requests until there are none, or so many that other queues want their turn.
     *
     * @return whether there are more
     * @throws ConnectionFault if the ring's indices cannot be true
     */
    boolean serve() throws ConnectionFault {
        int taken = 0;
        do {
            while (taken < ringSize && ring.take(request.entry())) {
                taken++;
                request.begin();
                handle();
            }
            finish();
            publish();
        } while (taken < ringSize && ring.moreArrived());
        return taken >= ringSize;
    }

    private void handle() {
        int operation = request.operation();
        if (request.isIndirect() && operation != BLKIF_OP_READ && operation != BLKIF_OP_WRITE) {
            answer(request.id(), operation, BLKIF_RSP_ERROR);
            return;
        }
        switch (operation) {
            case BLKIF_OP_READ -> gather(false);
            case BLKIF_OP_WRITE -> gather(true);
            case BLKIF_OP_WRITE_BARRIER, BLKIF_OP_FLUSH_DISKCACHE -> flushAndWrite();
            case BLKIF_OP_DISCARD -> discard();
            default -> answer(request.id(), operation, BLKIF_RSP_EOPNOTSUPP);
        }
    }

    /** Adds a read or a write to the transfer at hand, which is done first if this one does not continue it. */
    private void gather(boolean write) {
        int segments = request.segments();
        long bytes = segments == 0 || (write && !disk.storage().isWritable()) ? -1 : gatherFrames(write);
        if (bytes < 0 || !disk.contains(request.sector(), bytes / Disk.SECTOR_SIZE)) {
            frames.giveBack();
            answer(request.id(), request.operation(), BLKIF_RSP_ERROR);
            return;
        }
        long position = request.sector() * Disk.SECTOR_SIZE;
        if (!transfer.fits(write, position, segments)) {
            finishTransfer(true);
        }
        IoVector pieces = transfer.begin(write, position);
        for (int i = 0; i < segments; i++) {
            int first = request.first(i);
            int sectors = request.last(i) - first + 1;
            pieces.add(
                    gathered.memory(i),
                    gathered.offset(i) + (long) first * Disk.SECTOR_SIZE,
                    (long) sectors * Disk.SECTOR_SIZE);
        }
        frames.lendTo(transfer.borrowed());
        transfer.end(request.id(), request.operation());
    }

    /** Finds the frames of a request's segments; the number of bytes, or -1 if it is a bad request. */
    private long gatherFrames(boolean write) {
        int segments = request.segments();
        if (segments > request.mostSegments()) {
            return -1;
        }
        long sectors = 0;
        gathered.clear();
        indirect.clear();
        try {
            if (request.isIndirect()) {
                for (int i = 0; i < request.indirectFrames(); i++) {
                    frames.get(request.indirectGrant(i), false, indirect);
                    request.copySegments(i, indirect.memory(i), indirect.offset(i));
                }
            }
            for (int i = 0; i < segments; i++) {
                int first = request.first(i);
                int last = request.last(i);
                if (first > last || last >= SECTORS_IN_FRAME) {
                    return -1;
                }
                sectors += last - first + 1;
                frames.get(request.grant(i), !write, gathered); // a write to the disk reads from the frame
            }
        } catch (GuestFault fault) {
            disk.complain(String.valueOf(fault.getMessage()));
            return -1;
        }
        return sectors * Disk.SECTOR_SIZE;
    }

    /** Makes durable what was written before; then does the write that may come with it. */
    private void flushAndWrite() {
        finish();
        awaitReads();
        int status = flush();
        if (status != BLKIF_RSP_OKAY || request.segments() == 0) {
            answer(request.id(), request.operation(), status);
            return;
        }
        gather(true);
        finish();
    }

    private int flush() {
        try {
            disk.storage().flush();
            return BLKIF_RSP_OKAY;
        } catch (IOException failure) {
            disk.complain(String.valueOf(failure.getMessage()));
            return BLKIF_RSP_ERROR;
        }
    }

    private void discard() {
        finish();
        long sector = request.discardSector();
        long sectors = request.discardSectors();
        int status = BLKIF_RSP_OKAY;
        if (!disk.storage().isWritable() || sectors < 0 || !disk.contains(sector, sectors)) {
            status = BLKIF_RSP_ERROR;
        } else if (!disk.storage().canDiscard()) {
            status = BLKIF_RSP_EOPNOTSUPP;
        } else if (sectors > 0) {
            try {
                disk.storage().discard(sector * Disk.SECTOR_SIZE, sectors * Disk.SECTOR_SIZE);
            } catch (IOException failure) {
                disk.complain(String.valueOf(failure.getMessage()));
                status = BLKIF_RSP_ERROR;
            }
        }
        answer(request.id(), request.operation(), status);
    }

    /** Does what is gathered; no request is in progress after that, but for reads. */
    private void finish() {
        finishTransfer(false);
        if (reads != null && reads.pending() > 0) {
            reads.submit();
            answerReads(reads);
        }
        if (isIdle()) {
            frames.settle();
        } else if (frames.isCrowded()) {
            awaitReads();
            frames.settle();
        }
    }

    private boolean isIdle() {
        return reads == null || reads.pending() == 0;
    }

    private void finishTransfer(boolean moreFollow) {
        if (transfer.isEmpty()) {
            return;
        }
        if (reads != null && transfer.isRead() && (moreFollow || !isIdle()) && transfers.hasSpare()) {
            transfer.beginRead(reads);
            transfer = transfers.take();
        } else {
            transfer.run(outcome);
            frames.giveBack(transfer.borrowed());
            publish();
        }
    }

    private void answerReads(ReadQueue from) {
        while (from.takeEnded()) {
            int number = from.token();
            Transfer ended = transfers.numbered(number);
            ended.ended(from.bytes(), outcome);
            frames.giveBack(ended.borrowed());
            transfers.giveBack(number);
        }
        publish();
    }

    private void awaitReads() {
        while (reads != null && reads.pending() > 0) {
            reads.await();
            answerReads(reads);
        }
    }

    /** Waits for what is in progress, which is not answered any more. */
    void close() {
        if (reads != null) {
            reads.close();
        }
    }

    private void transferred(long id, int operation, @Nullable IOException failure) {
        int status = BLKIF_RSP_OKAY;
        if (failure != null) {
            disk.complain(String.valueOf(failure.getMessage()));
            status = BLKIF_RSP_ERROR;
        } else if (operation == BLKIF_OP_WRITE_BARRIER) {
            status = flush();
        }
        answer(id, operation, status);
    }

    private void answer(long id, int operation, int status) {
        response.set(ValueLayout.JAVA_LONG, response_id, id);
        response.set(ValueLayout.JAVA_BYTE, response_operation, (byte) operation);
        response.set(ValueLayout.JAVA_SHORT, response_status, (short) status);
        ring.answer(response);
    }

    private void publish() {
        if (ring.publish()) {
            port.notifyGuest();
        }
    }
}
