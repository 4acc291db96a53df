package dev.lodge.vmm.store;

import org.jspecify.annotations.Nullable;

/** What the store knows of one domain. Guarded by the store's lock. */
final class Domain {

    final int id;

    /** The client over its ring; present from introduction to release. */
    @Nullable
    WireClient client;

    /** Set once {@code @releaseDomain} told of its shutdown, until it is resumed. */
    boolean shutDown;

    /** Nodes that it owns. */
    int nodes;

    Domain(int id) {
        this.id = id;
    }
}
