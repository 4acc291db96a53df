package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_NR_CHANNELS;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_PRIORITY_DEFAULT;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the FIFO ABI has to remember of each port out of the guest's reach, in one int: its priority, the queue it was last
 * on, and whether an event waits for the page of its word. 4 KiB for each 1,024 ports of which one was bound.
 *
 * <p>Any thread.
 */
final class FifoPortStates {

    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private static final int PRIORITY = 0xf;
    private static final int LAST_PRIORITY_SHIFT = 4;
    private static final int LAST_VCPU_SHIFT = 8;
    private static final int LAST_VCPU = 0xffff;
    private static final int SAVED = 1 << 24;

    private final AtomicReferenceArray<@Nullable AtomicIntegerArray> chunks =
            new AtomicReferenceArray<>(EVTCHN_FIFO_NR_CHANNELS >>> CHUNK_SHIFT);

    /** A port is bound: it begins with the default priority, on the queue that it was left on. */
    void bound(int port) {
        setPriority(port, EVTCHN_FIFO_PRIORITY_DEFAULT);
    }

    void setPriority(int port, int priority) {
        change(port, PRIORITY, priority);
    }

    /** With the locks of the old and the new queue. */
    void setLast(int port, int vcpu, int priority) {
        int queue = vcpu << LAST_VCPU_SHIFT | priority << LAST_PRIORITY_SHIFT;
        change(port, LAST_VCPU << LAST_VCPU_SHIFT | PRIORITY << LAST_PRIORITY_SHIFT, queue);
    }

    void save(int port) {
        change(port, SAVED, SAVED);
    }

    boolean takeSaved(int port) {
        return (change(port, SAVED, 0) & SAVED) != 0;
    }

    /** All that is known of a port, for the methods below. */
    int get(int port) {
        return chunk(port).get(port & CHUNK - 1);
    }

    static int priority(int state) {
        return state & PRIORITY;
    }

    static int lastPriority(int state) {
        return state >>> LAST_PRIORITY_SHIFT & PRIORITY;
    }

    static int lastVcpu(int state) {
        return state >>> LAST_VCPU_SHIFT & LAST_VCPU;
    }

    /** What it was before. */
    private int change(int port, int mask, int bits) {
        AtomicIntegerArray chunk = chunk(port);
        int index = port & CHUNK - 1;
        int old = chunk.get(index);
        for (int seen; ; old = seen) {
            seen = chunk.compareAndExchange(index, old, old & ~mask | bits);
            if (seen == old) {
                return old;
            }
        }
    }

    private AtomicIntegerArray chunk(int port) {
        AtomicIntegerArray chunk = chunks.getAcquire(port >>> CHUNK_SHIFT);
        if (chunk == null) {
            chunk = new AtomicIntegerArray(CHUNK);
            AtomicIntegerArray other = chunks.compareAndExchange(port >>> CHUNK_SHIFT, null, chunk);
            chunk = other == null ? chunk : other;
        }
        return chunk;
    }
}
