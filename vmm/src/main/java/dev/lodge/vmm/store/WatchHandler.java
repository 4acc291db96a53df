package dev.lodge.vmm.store;

/** Hears of changes that a {@link StoreSession} watches. */
@FunctionalInterface
public interface WatchHandler {

    /**
     * Something changed, or may have: events can be spurious, late and merged, so look at the tree.
     *
     * @param path what changed: the watched path, or one below it
     */
    void changed(String path);
}
