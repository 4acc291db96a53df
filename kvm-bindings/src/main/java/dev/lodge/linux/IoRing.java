package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads that go on while their caller does other things, several at a time ({@code io_uring(7)}). What is begun is seen by the
 * kernel at {@link #submit}; a read whose bytes are in memory already has ended when that returns.
 *
 * <p>One thread at a time. Allocates nothing once made.
 */
public final class IoRing implements AutoCloseable {
    static final int IORING_OP_NOP = 0;
    static final int IORING_OP_READV = 1;
    static final int IORING_OP_READ_FIXED = 4;
    static final int IORING_REGISTER_BUFFERS = 0;
    static final int RWF_NOWAIT = 8;
    static final int IORING_ENTER_GETEVENTS = 1;
    static final int IORING_FEAT_SINGLE_MMAP = 1;
    static final int IORING_OFF_SQ_RING = 0;
    static final int IORING_OFF_SQES = 0x1000_0000;

    private static final int MOST_ENTRIES = 4096;
    private static final int NO_FILE = -1;
    private static final long SHORTLY_NANOS = 50_000;
    private static final VarHandle INDEX = JAVA_INT.varHandle();

    private final Syscall syscall = new Syscall();
    private final FileDescriptor file;
    private final MemoryMapping rings;
    private final MemoryMapping entries;
    private final int size;
    private final int submissionMask;
    private final long submissionTail;
    private final int completionMask;
    private final long completionHead;
    private final long completionTail;
    private final long completions;

    private @Nullable IoVector registered;
    private int begun; // of both indices the kernel has the other end
    private int ended;
    private int unsubmitted;
    private int pending;
    private long token;
    private int result;

    private IoRing(FileDescriptor file, MemorySegment parameters) {
        this.file = file;
        size = number(parameters, io_uring_params.sq_entries$offset);
        long array = number(parameters, io_uring_params.sq_off$array$offset);
        completions = number(parameters, io_uring_params.cq_off$cqes$offset);
        completionHead = number(parameters, io_uring_params.cq_off$head$offset);
        completionTail = number(parameters, io_uring_params.cq_off$tail$offset);
        submissionTail = number(parameters, io_uring_params.sq_off$tail$offset);
        long completionEntries = number(parameters, io_uring_params.cq_entries$offset);
        long submissionMaskAt = number(parameters, io_uring_params.sq_off$ring_mask$offset);
        long completionMaskAt = number(parameters, io_uring_params.cq_off$ring_mask$offset);
        long bytes =
                Math.max(array + (long) size * Integer.BYTES, completions + completionEntries * io_uring_cqe.SIZEOF);
        rings = map(bytes, IORING_OFF_SQ_RING);
        try {
            entries = map(size * io_uring_sqe.SIZEOF, IORING_OFF_SQES);
        } catch (LinuxException refused) {
            rings.close();
            throw refused;
        }
        submissionMask = number(rings.segment(), submissionMaskAt);
        completionMask = number(rings.segment(), completionMaskAt);
        for (int i = 0; i < size; i++) {
            rings.segment()
                    .set(JAVA_INT, array + (long) i * Integer.BYTES, i); // each index has the entry of its number
        }
    }

    private static int number(MemorySegment memory, long offset) {
        return memory.get(JAVA_INT, offset);
    }

    private MemoryMapping map(long bytes, int offset) {
        return MemoryMapping.file(file, offset, bytes, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED);
    }

    /**
     * A new one.
     *
     * @param most reads that may go on at a time, 1 to 4096
     * @return null if this kernel has no such thing, forbids it to this process, or cannot spare the memory
     */
    public static @Nullable IoRing tryCreate(int most) {
        if (most < 1 || most > MOST_ENTRIES) {
            throw new IllegalArgumentException("a ring of " + most + " entries");
        }
        Syscall syscall = new Syscall();
        MemorySegment parameters = syscall.zeroedScratch(io_uring_params.SIZEOF);
        long fd = syscall.call(SystemCallNumber.IO_URING_SETUP, most, syscall.scratchAddress(), 0, 0, 0, 0);
        if (fd < 0) {
            return null;
        }
        FileDescriptor file = FileDescriptor.owned("io_uring", (int) fd); // close-on-exec by itself
        if ((number(parameters, io_uring_params.features$offset) & IORING_FEAT_SINGLE_MMAP) == 0) {
            file.close();
            return null;
        }
        try {
            return new IoRing(file, parameters);
        } catch (LinuxException refused) {
            file.close();
            return null;
        }
    }

    /** What {@link Epoll} finds readable when a read has ended that {@link #takeEnded} has not told of. */
    public int fd() {
        return file.fd();
    }

    /** How many reads were begun and not yet taken by {@link #takeEnded}. */
    public int pending() {
        return pending;
    }

    /**
     * Begins to fill a vector, at the next {@link #submit}. The vector and its memory must stay as they are until it has ended.
     *
     * @param name what {@link #token} is to say when it has ended
     * @throws IllegalStateException if as many as may are pending
     */
    public void read(DiskFile from, IoVector into, long position, long name) {
        read(from, into, 0, into.count(), position, name);
    }

    /**
     * Begins to fill some of a vector's pieces.
     *
     * @param first the first of them
     * @param count how many, up to {@link IoVector#MAX_PIECES}
     * @throws IndexOutOfBoundsException if the vector has no such pieces
     */
    public void read(DiskFile from, IoVector into, int first, int count, long position, long name) {
        Objects.checkFromIndexSize(first, count, into.count());
        begin(IORING_OP_READV, from.fd(), position, into.addressOfEntry(first), count, name);
    }

    /** Begins a read of nothing, which ends with 0 bytes. */
    public void readNothing(long name) {
        begin(IORING_OP_NOP, NO_FILE, 0, 0, 0, name);
    }

    /**
     * Has the kernel find pieces of memory once and for all that {@link #readNow} fills: it keeps them until the ring is closed,
     * and so must the caller. Once.
     *
     * @return false if it will not: the process may not have so much memory locked, for one
     */
    public boolean register(IoVector memory) {
        long done = syscall.call(
                SystemCallNumber.IO_URING_REGISTER,
                file.fd(),
                IORING_REGISTER_BUFFERS,
                memory.address(),
                memory.count(),
                0,
                0);
        if (done < 0) {
            return false;
        }
        registered = memory;
        return true;
    }

    /**
     * Begins to fill registered memory, at the next {@link #submit}, when it has also ended: with {@code -EAGAIN} if the file has
     * nothing. Of several that are submitted together, an earlier one takes what was there earlier, and ends earlier.
     *
     * @param from a file without places; {@code -EOPNOTSUPP} comes of one that cannot say that it has nothing
     * @param piece which of those that {@link #register} was given: all of it is filled, or its beginning
     * @param name what {@link #token} is to say when it has ended
     * @throws IllegalStateException if as many as may are pending, or there is no such memory
     */
    public void readNow(FileDescriptor from, int piece, long name) {
        IoVector memory = registered;
        if (memory == null) {
            throw new IllegalStateException("no memory was registered");
        }
        long at = begin(IORING_OP_READ_FIXED, from.fd(), 0, memory.address(piece), (int) memory.length(piece), name);
        entries.segment().set(JAVA_SHORT, at + io_uring_sqe.buf_index$offset, (short) piece);
        entries.segment().set(JAVA_INT, at + io_uring_sqe.rw_flags$offset, RWF_NOWAIT);
    }

    private long begin(int operation, int from, long position, long address, int length, long name) {
        if (pending == size) {
            throw new IllegalStateException(pending + " reads are pending");
        }
        MemorySegment memory = entries.segment();
        long at = (begun & submissionMask) * io_uring_sqe.SIZEOF;
        for (long i = 0; i < io_uring_sqe.SIZEOF; i += Long.BYTES) {
            memory.set(JAVA_LONG, at + i, 0);
        }
        memory.set(JAVA_BYTE, at + io_uring_sqe.opcode$offset, (byte) operation);
        memory.set(JAVA_INT, at + io_uring_sqe.fd$offset, from);
        memory.set(JAVA_LONG, at + io_uring_sqe.off$offset, position);
        memory.set(JAVA_LONG, at + io_uring_sqe.addr$offset, address);
        memory.set(JAVA_INT, at + io_uring_sqe.len$offset, length);
        memory.set(JAVA_LONG, at + io_uring_sqe.user_data$offset, name);
        begun++;
        unsubmitted++;
        pending++;
        return at;
    }

    /** Has the kernel begin what was asked for. */
    public void submit() {
        if (unsubmitted > 0) {
            enter(0, 0);
        }
    }

    /** Submits, and returns when a read has ended, if one is pending. */
    public void await() {
        if (pending > 0) {
            enter(1, IORING_ENTER_GETEVENTS);
        }
    }

    private void enter(int atLeast, int flags) {
        INDEX.setRelease(rings.segment(), submissionTail, begun); // the entries are written before it
        do {
            long taken = syscall.call(SystemCallNumber.IO_URING_ENTER, file.fd(), unsubmitted, atLeast, flags, 0, 0);
            if (taken >= 0) {
                unsubmitted -= (int) taken;
            } else if (taken == -Errno.EAGAIN || taken == -Errno.EBUSY) {
                LockSupport.parkNanos(SHORTLY_NANOS); // the kernel is short of something; what it has begun goes on
            } else if (taken != -Errno.EINTR) {
                throw new LinuxException("io_uring_enter", (int) -taken);
            }
        } while (unsubmitted > 0);
    }

    /** Takes a read that has ended, which {@link #token} and {@link #result} then tell of; false if there is none. */
    public boolean takeEnded() {
        MemorySegment memory = rings.segment();
        if (ended == (int) INDEX.getAcquire(memory, completionTail)) {
            return false;
        }
        long at = completions + (ended & completionMask) * io_uring_cqe.SIZEOF;
        token = memory.get(JAVA_LONG, at + io_uring_cqe.user_data$offset);
        result = memory.get(JAVA_INT, at + io_uring_cqe.res$offset);
        ended++;
        INDEX.setRelease(memory, completionHead, ended); // the entry was read before it
        pending--;
        return true;
    }

    /** Which read it was that {@link #takeEnded} took. */
    public long token() {
        return token;
    }

    /** How many bytes it read, perhaps fewer than were asked for; or {@code -errno}. */
    public int result() {
        return result;
    }

    /** Waits for all that is pending, so that no memory is written to any more, and frees the ring. Once. */
    @Override
    public void close() {
        while (pending > 0) {
            if (!takeEnded()) {
                await();
            }
        }
        entries.close();
        rings.close();
        file.close();
    }
}
