package dev.lodge.vmm.backend.xenbus;

import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.store.StoreSession;

/**
 * The domain whose devices these are.
 *
 * @param store dispatched on the loop's thread
 */
public record XenbusHost(int domid, StoreSession store, GrantTable grants, EventChannels events, IoLoop loop) {}
