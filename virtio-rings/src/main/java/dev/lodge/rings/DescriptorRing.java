package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Where a ring of requests and responses lives in shared memory: four free-running indices and a circular array whose
 * entries hold a request first and a response later.
 *
 * <pre>
 *    0  req_prod    requests that the front end has put in        written by the front end
 *    4  req_event   it notifies when req_prod reaches this        written by the back end
 *    8  rsp_prod    responses that the back end has put in        written by the back end
 *   12  rsp_event   it notifies when rsp_prod reaches this        written by the front end
 *   64  entries     as many as fit, rounded down to a power of two; index x is in entry (x mod size)
 *
 *       answered        taken           req_prod
 *   ----|===============|+++++++++++++++|-----     all indices modulo 2^32;
 *       in progress      to be taken               req_prod - answered is at most size
 * </pre>
 *
 * <p>It does not know what an entry means: entries are copied whole, once, between the ring and memory of the caller's.
 * Source: {@code xen/include/public/io/ring.h}, {@code DEFINE_RING_TYPES}.
 */
public final class DescriptorRing {

    /** Bytes before the first entry. */
    public static final int HEADER_SIZE = 64;

    static final int REQ_PROD = 0;
    static final int REQ_EVENT = 4;
    static final int RSP_PROD = 8;
    static final int RSP_EVENT = 12;

    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();

    private final SharedPages pages;
    private final MemorySegment header;
    private final int entrySize;
    private final int size;

    /**
     * Checks the geometry, which is ours and not the guest's.
     *
     * @param pages one or more
     * @param entrySize bytes in the larger of a request and a response
     * @throws IllegalArgumentException if no entry fits
     */
    public DescriptorRing(SharedPages pages, int entrySize) {
        if (entrySize <= 0 || pages.byteSize() < HEADER_SIZE + (long) entrySize) {
            throw new IllegalArgumentException(
                    "no entry of " + entrySize + " bytes fits into a ring of " + pages.byteSize());
        }
        this.pages = pages;
        this.entrySize = entrySize;
        header = pages.first();
        size = (int) Long.highestOneBit((pages.byteSize() - HEADER_SIZE) / entrySize);
    }

    /** How many entries there are, a power of two. */
    public int size() {
        return size;
    }

    /** Bytes of an entry. */
    public int entrySize() {
        return entrySize;
    }

    /**
     * The end that takes requests: it continues behind the last response. One per ring.
     *
     * @throws ConnectionFault if the front end's index cannot be true
     */
    public RingBackEnd newBackEnd() throws ConnectionFault {
        return new RingBackEnd(this);
    }

    /** The end that puts requests in, which empties the ring. One per ring. */
    public RingFrontEnd newFrontEnd() {
        return newFrontEnd(0);
    }

    /** The end that puts requests in, which empties the ring and starts all indices at {@code index}. */
    public RingFrontEnd newFrontEnd(int index) {
        return new RingFrontEnd(this, index);
    }

    int load(int offset) {
        return (int) INDEX.getAcquire(header, (long) offset);
    }

    void publish(int offset, int index) {
        INDEX.setRelease(header, (long) offset, index);
    }

    void readEntry(int index, MemorySegment into) {
        pages.read(entry(index), into, 0, entryBytes(into));
    }

    void writeEntry(int index, MemorySegment from) {
        pages.write(entry(index), from, 0, entryBytes(from));
    }

    private long entry(int index) {
        return HEADER_SIZE + (long) (index & (size - 1)) * entrySize;
    }

    private long entryBytes(MemorySegment entry) {
        long bytes = entry.byteSize();
        if (bytes > entrySize) {
            throw new IllegalArgumentException(bytes + " bytes in an entry of " + entrySize);
        }
        return bytes;
    }
}
