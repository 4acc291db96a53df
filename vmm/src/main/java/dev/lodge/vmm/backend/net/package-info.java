/**
 * The back end of network interfaces ({@code vif}): frames between a domain's rings and a {@code network.NetworkPort}, by the
 * ABI of {@code xen/include/public/io/netif.h}.
 *
 * <p>For: slots, grants, features and queues. Not for: where frames come from and go to ({@code network}), or what may pass
 * ({@code network.router}). All of it runs on the domain's I/O thread.
 */
@NullMarked
package dev.lodge.vmm.backend.net;

import org.jspecify.annotations.NullMarked;
