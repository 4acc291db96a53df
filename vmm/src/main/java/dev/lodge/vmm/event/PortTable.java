package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.EventChannelAbi;
import dev.lodge.vmm.event.Channel.Free;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What each port of a domain is. Grows by chunks of 1,024 ports as they are bound: a reference each, and 16 to 24 bytes
 * for what is bound, so a guest that binds all of the FIFO ABI's 131,072 costs its monitor some 4 MiB, and one that binds a
 * dozen, as Linux does, 4 KiB.
 *
 * <p>Read by any thread; written under the lock of the {@link DomainPorts} that it belongs to.
 */
final class PortTable {

    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Channel>> chunks =
            new AtomicReferenceArray<>(EventChannelAbi.EVTCHN_FIFO_NR_CHANNELS >>> CHUNK_SHIFT);
    private int firstFree = 1; // no port below is free
    private int bound;

    /** What a port is; free, too, where the number is none that a port could have. */
    Channel get(int port) {
        if (port <= 0 || port >= EventChannelAbi.EVTCHN_FIFO_NR_CHANNELS) {
            return Free.FREE;
        }
        AtomicReferenceArray<@Nullable Channel> chunk = chunks.getAcquire(port >>> CHUNK_SHIFT);
        Channel channel = chunk == null ? null : chunk.getAcquire(port & CHUNK - 1);
        return channel == null ? Free.FREE : channel;
    }

    /**
     * The lowest port that is free and not held on to by the guest.
     *
     * @return a port, or 0 if there is none
     */
    int findFree(EventAbi abi) {
        int limit = abi.portLimit();
        while (firstFree < limit && get(firstFree) != Free.FREE) {
            firstFree++;
        }
        for (int port = firstFree; port < limit; port++) {
            if (get(port) == Free.FREE && !abi.isBusy(port)) {
                return port;
            }
        }
        return 0;
    }

    /** Changes what a port is. The number must be one that {@link #findFree} gave. */
    void set(int port, Channel channel) {
        boolean wasFree = get(port) == Free.FREE;
        AtomicReferenceArray<@Nullable Channel> chunk = chunks.getPlain(port >>> CHUNK_SHIFT);
        if (chunk == null) {
            chunk = new AtomicReferenceArray<>(CHUNK);
            chunks.setRelease(port >>> CHUNK_SHIFT, chunk);
        }
        chunk.setRelease(port & CHUNK - 1, channel);
        if (channel == Free.FREE) {
            firstFree = Math.min(firstFree, port);
            bound -= wasFree ? 0 : 1;
        } else {
            bound += wasFree ? 1 : 0;
        }
    }

    /** How many ports are not free. */
    int bound() {
        return bound;
    }

    /** One more than the largest port that was ever bound, rounded up to a chunk. */
    int limit() {
        int chunk = chunks.length();
        while (chunk > 0 && chunks.getAcquire(chunk - 1) == null) {
            chunk--;
        }
        return chunk << CHUNK_SHIFT;
    }
}
