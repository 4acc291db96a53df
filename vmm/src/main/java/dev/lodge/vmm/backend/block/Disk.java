package dev.lodge.vmm.backend.block;

import dev.lodge.vmm.storage.Storage;
import dev.lodge.vmm.storage.Throttle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A disk as its queues see it: its storage, and how large it is at present. On one thread at a time. */
final class Disk {

    static final int SECTOR_SIZE = Storage.SECTOR_SIZE;

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000;

    private final String name;
    private final Storage storage;
    private final @Nullable Throttle throttle;
    private volatile long sectors;
    private long lookedAt = System.nanoTime();
    private boolean complained;

    Disk(String name, Storage storage, @Nullable Throttle throttle) {
        this.name = name;
        this.storage = storage;
        this.throttle = throttle;
        sectors = storage.size() / SECTOR_SIZE;
    }

    String name() {
        return name;
    }

    Storage storage() {
        return storage;
    }

    /** Waits until so much may be transferred, where that is limited. */
    void awaitTurn(long bytes, int requests) {
        if (throttle != null) {
            throttle.await(bytes, requests);
        }
    }

    /** Whether nobody waits for a turn: when a connection is to end soon. Any thread. */
    void hurry(boolean whether) {
        if (throttle != null) {
            throttle.lift(whether);
        }
    }

    /** How many sectors it has, as far as its front end has been told. Any thread. */
    long sectors() {
        return sectors;
    }

    /** Whether a range, unsigned as guests give it, is within the disk. */
    boolean contains(long sector, long count) {
        return sector >= 0 && count >= 0 && sector <= sectors - count;
    }

    /** Looks, at most once a second, whether the storage has been made larger or smaller; returns whether it has. */
    boolean hasNewSize() {
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_AGAIN_NANOS) {
            return false;
        }
        lookedAt = now;
        long seen = storage.size() / SECTOR_SIZE;
        if (seen == sectors) {
            return false;
        }
        sectors = seen;
        return true;
    }

    /** A request has failed. The first failure is the log's; a guest may cause more of them than anybody wants to read. */
    void complain(String reason) {
        if (complained) {
            LOG.debug("{}: {}", name, reason);
        } else {
            complained = true;
            LOG.warn("{}: a request has failed: {}", name, reason);
        }
    }
}
