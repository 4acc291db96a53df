package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The end of a {@link ByteRing} that takes bytes out. Confined to one thread at a time; allocates nothing.
 *
 * <p>Our index is kept here and only ever written to shared memory, so the other side gains nothing by changing it.
 */
public final class ByteRingConsumer {

    private final ByteRing ring;
    private int consumed;
    private int consumedAtLastDecision;

    ByteRingConsumer(ByteRing ring) {
        this.ring = ring;
        this.consumed = ring.loadConsumer();
        this.consumedAtLastDecision = consumed;
    }

    /**
     * How many bytes may be read now, 0 to the ring's size.
     *
     * @throws GuestFault if the producer index is further ahead than the ring is long
     */
    public int available() {
        return ring.filled(ring.loadProducer(), consumed);
    }

    /**
     * Moves up to {@code length} bytes out of the ring and gives their room back at once.
     *
     * @return how many bytes were moved: 0 if the ring is empty
     * @throws GuestFault if the producer index is further ahead than the ring is long
     * @throws IndexOutOfBoundsException if the target has no such range
     */
    public int read(byte[] target, int offset, int length) {
        int count = Math.min(available(), length);
        if (count > 0) {
            int slot = ring.slot(consumed);
            int first = Math.min(count, ring.size() - slot);
            ring.pages().read(ring.data() + slot, target, offset, first);
            ring.pages().read(ring.data(), target, offset + first, count - first);
            advance(count);
        }
        return count;
    }

    /**
     * Like {@link #read(byte[], int, int)}, into a segment.
     *
     * @throws GuestFault if the producer index is further ahead than the ring is long
     * @throws IndexOutOfBoundsException if the target has no such range
     */
    public int read(MemorySegment target, long offset, int length) {
        int count = Math.min(available(), length);
        if (count > 0) {
            int slot = ring.slot(consumed);
            int first = Math.min(count, ring.size() - slot);
            ring.pages().read(ring.data() + slot, target, offset, first);
            ring.pages().read(ring.data(), target, offset + first, count - first);
            advance(count);
        }
        return count;
    }

    /**
     * Whether the producer index is another than that up to which bytes were read, by another thread than that which reads:
     * bytes that it has just taken may still count, none that it has not seen are left out.
     */
    public boolean mayHaveMore() {
        return ring.loadProducer() != consumed;
    }

    private void advance(int count) {
        consumed += count;
        ring.publishConsumer(consumed);
    }

    /**
     * Whether bytes have arrived that a producer need not have told us about: ask after reading and before going to
     * sleep, and read again if so.
     *
     * @throws GuestFault if the producer index is further ahead than the ring is long
     */
    public boolean moreArrived() {
        // Our side: publish the consumer index, fence, look for more bytes. Producer's side: publish the producer
        // index,
        // fence, look whether we had caught up. One of the two sees the other's store.
        VarHandle.fullFence();
        return available() > 0;
    }

    /**
     * Whether the producer may be waiting for the room that the reads since the last call gave back, and so must be
     * notified: it saw a full ring.
     *
     * @throws GuestFault if the producer index is further ahead than the ring is long
     */
    public boolean producerMayWait() {
        // Our side: publish the consumer index, fence, look whether the ring was full. Producer's side: fill the ring,
        // publish the producer index, fence, look for room before it sleeps. One of the two sees the other's store.
        VarHandle.fullFence();
        int produced = ring.loadProducer();
        ring.filled(produced, consumed);
        boolean gaveRoom = consumed != consumedAtLastDecision;
        boolean wasFull = Integer.compareUnsigned(produced - consumedAtLastDecision, ring.size()) >= 0;
        consumedAtLastDecision = consumed;
        return gaveRoom && wasFull;
    }

    /** Empties the ring and starts both indices at 0: for a reconnection that both sides have agreed on. */
    public void reset() {
        consumed = 0;
        consumedAtLastDecision = 0;
        ring.publishProducer(0);
        ring.publishConsumer(0);
    }
}
