/**
 * xenstore: the tree of names and values by which Domain 0 and its guests describe devices to each other.
 *
 * <p>For: the whole of xenstored's behaviour over a guest's ring ({@link dev.lodge.vmm.store.StoreRing}), any other byte
 * stream ({@link dev.lodge.vmm.store.WireClient}) and a typed interface for Domain 0's own back ends
 * ({@link dev.lodge.vmm.store.StoreSession}). Not for: event channels, sockets, threads, or what any name in the tree
 * means.
 *
 * <p>Threads and locks: one lock, the {@link dev.lodge.vmm.store.Store}'s, guards the tree, the domains, and every
 * client's watches, transactions and output. It is the innermost lock: nothing is called with it held but a client's
 * wake-up, which therefore must only wake (write an eventfd, say) and never call back.
 *
 * <p>Sources: {@code xen/include/public/io/xs_wire.h}, {@code docs/misc/xenstore.txt} and
 * {@code docs/misc/xenstore-ring.txt} of Xen; where these are silent, what Xen's C xenstored does.
 *
 * <p>Known differences from it: no rate limit for writes and no time limit for events, for nothing here has a clock; instead
 * a client's waiting events merge when they are many. A transaction's memory is limited by itself. INTRODUCE over the wire
 * starts the ring of a known domain anew but cannot bring up an unknown one. CONTROL knows {@code help} and {@code quota} only. Domain numbers are
 * plain decimals. The ring's reconnection is at the guest's word, which C xenstored offers and leaves to others.
 */
@NullMarked
package dev.lodge.vmm.store;

import org.jspecify.annotations.NullMarked;
