package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Where one direction of a byte stream lives in shared memory: a circular buffer and its two free-running indices.
 *
 * <pre>
 *   memory:   ...| data, size bytes |...| consumer index, 4 bytes |...| producer index, 4 bytes |...
 *                  byte x of the stream is at data + (x mod size); producer - consumer bytes are in the ring
 * </pre>
 *
 * <p>The indices count bytes modulo 2^32 and start anywhere. One side owns the producer index, the other the consumer
 * index. Sources: {@code xencons_interface} of {@code xen/include/public/io/console.h},
 * {@code xenstore_domain_interface} of {@code xen/include/public/io/xs_wire.h}, {@code xen_9pfs_data_intf} of
 * {@code xen/include/public/io/9pfs.h}, where the buffer is half of many frames and the indices are in another.
 *
 * @param pages what holds the buffer; shared with the other side, which may be hostile
 * @param data offset in bytes of the circular buffer
 * @param size bytes in the circular buffer, a power of two
 * @param indices what holds both indices; shared likewise
 * @param consumer offset in bytes of the consumer index, a multiple of 4
 * @param producer offset in bytes of the producer index, a multiple of 4
 */
public record ByteRing(SharedPages pages, long data, int size, MemorySegment indices, long consumer, long producer) {

    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();

    /**
     * Checks the geometry, which is ours and not the guest's.
     *
     * @throws IllegalArgumentException if the size is no power of two or an index is not aligned
     * @throws IndexOutOfBoundsException if a part lies outside the memory
     */
    public ByteRing {
        if (size <= 0 || (size & (size - 1)) != 0) {
            throw new IllegalArgumentException("a ring of " + size + " bytes: the size must be a power of two");
        }
        if ((consumer & 3) != 0 || (producer & 3) != 0) {
            throw new IllegalArgumentException("ring indices must be aligned to 4 bytes");
        }
        Objects.checkFromIndexSize(data, size, pages.byteSize());
        Objects.checkFromIndexSize(consumer, Integer.BYTES, indices.byteSize());
        Objects.checkFromIndexSize(producer, Integer.BYTES, indices.byteSize());
    }

    /** A ring whose buffer and indices are in one piece of memory. */
    public ByteRing(MemorySegment memory, long data, int size, long consumer, long producer) {
        this(SharedPages.of(memory), data, size, memory, consumer, producer);
    }

    /** The end that takes bytes out; it continues at the consumer index it finds. One per ring. */
    public ByteRingConsumer newConsumer() {
        return new ByteRingConsumer(this);
    }

    /** The end that puts bytes in; it continues at the producer index it finds. One per ring. */
    public ByteRingProducer newProducer() {
        return new ByteRingProducer(this);
    }

    int loadConsumer() {
        return (int) INDEX.getAcquire(indices, consumer);
    }

    int loadProducer() {
        return (int) INDEX.getAcquire(indices, producer);
    }

    void publishConsumer(int index) {
        INDEX.setRelease(indices, consumer, index);
    }

    void publishProducer(int index) {
        INDEX.setRelease(indices, producer, index);
    }

    /** How far {@code index} is into the circular buffer. */
    int slot(int index) {
        return index & (size - 1);
    }

    /** How many bytes lie between the indices, 0 to {@link #size}; a fault if they cannot both be true. */
    int filled(int producerIndex, int consumerIndex) {
        int filled = producerIndex - consumerIndex;
        if (Integer.compareUnsigned(filled, size) > 0) {
            throw new GuestFault("a ring of " + size + " bytes cannot hold what lies between consumer index "
                    + Integer.toUnsignedString(consumerIndex) + " and producer index "
                    + Integer.toUnsignedString(producerIndex));
        }
        return filled;
    }
}
