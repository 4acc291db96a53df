package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The end of a {@link ByteRing} that puts bytes in. Confined to one thread at a time; allocates nothing.
 *
 * <p>Our index is kept here and only ever written to shared memory, so the other side gains nothing by changing it.
 */
public final class ByteRingProducer {

    private final ByteRing ring;
    private int produced;
    private int producedAtLastDecision;

    ByteRingProducer(ByteRing ring) {
        this.ring = ring;
        this.produced = ring.loadProducer();
        this.producedAtLastDecision = produced;
    }

    /**
     * How many bytes may be written now, 0 to the ring's size.
     *
     * @throws GuestFault if the consumer index is ahead of ours, or further behind than the ring is long
     */
    public int room() {
        return ring.size() - ring.filled(produced, ring.loadConsumer());
    }

    /**
     * Moves up to {@code length} bytes into the ring and shows them to the consumer at once.
     *
     * @return how many bytes were moved: 0 if the ring is full
     * @throws GuestFault if the consumer index is ahead of ours, or further behind than the ring is long
     * @throws IndexOutOfBoundsException if the source has no such range
     */
    public int write(byte[] source, int offset, int length) {
        int count = Math.min(room(), length);
        if (count > 0) {
            int slot = ring.slot(produced);
            int first = Math.min(count, ring.size() - slot);
            ring.pages().write(ring.data() + slot, source, offset, first);
            ring.pages().write(ring.data(), source, offset + first, count - first);
            advance(count);
        }
        return count;
    }

    /**
     * Like {@link #write(byte[], int, int)}, from a segment.
     *
     * @throws GuestFault if the consumer index is ahead of ours, or further behind than the ring is long
     * @throws IndexOutOfBoundsException if the source has no such range
     */
    public int write(MemorySegment source, long offset, int length) {
        int count = Math.min(room(), length);
        if (count > 0) {
            int slot = ring.slot(produced);
            int first = Math.min(count, ring.size() - slot);
            ring.pages().write(ring.data() + slot, source, offset, first);
            ring.pages().write(ring.data(), source, offset + first, count - first);
            advance(count);
        }
        return count;
    }

    private void advance(int count) {
        produced += count;
        ring.publishProducer(produced);
    }

    /**
     * Whether room has appeared that a consumer need not have told us about: ask after finding the ring full and before
     * going to sleep, and write again if so.
     *
     * @throws GuestFault if the consumer index is ahead of ours, or further behind than the ring is long
     */
    public boolean roomAppeared() {
        // Our side: publish the producer index, fence, look for room. Consumer's side: publish the consumer index,
        // fence,
        // look whether the ring was full. One of the two sees the other's store.
        VarHandle.fullFence();
        return room() > 0;
    }

    /**
     * Whether the consumer may be asleep over the bytes written since the last call, and so must be notified: it had
     * read all that was there before them.
     *
     * <p>Good for consumers that read every byte before they sleep. One that leaves part of a message in the ring must be
     * notified of every write instead.
     *
     * @throws GuestFault if the consumer index is ahead of ours, or further behind than the ring is long
     */
    public boolean consumerMayWait() {
        // Our side: publish the producer index, fence, look whether the consumer had caught up. Consumer's side:
        // publish
        // the consumer index, fence, look for more bytes before it sleeps. One of the two sees the other's store.
        VarHandle.fullFence();
        int unread = ring.filled(produced, ring.loadConsumer());
        int written = produced - producedAtLastDecision;
        producedAtLastDecision = produced;
        return written != 0 && Integer.compareUnsigned(unread, written) <= 0;
    }

    /** Empties the ring and starts both indices at 0: for a reconnection that both sides have agreed on. */
    public void reset() {
        produced = 0;
        producedAtLastDecision = 0;
        ring.publishConsumer(0);
        ring.publishProducer(0);
    }
}
