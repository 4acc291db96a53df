/**
 * The back end of virtual block devices: a guest's requests for sectors, over the rings of {@code
 * xen/include/public/io/blkif.h}, answered from a {@link dev.lodge.vmm.storage.Storage}.
 *
 * <p>For: reads, writes, barriers, flushes and discards, with indirect descriptors, persistent grants, several queues and
 * rings of several frames; and what a front end must be told of a disk. Not for: where the sectors are.
 *
 * <p>Threads: each connection has one of its own, named after the domain and the disk ({@code d1xvda}), which takes requests,
 * waits for the storage, and answers. Several reads are in progress at a time where the storage has a {@link
 * dev.lodge.vmm.storage.ReadQueue}. The handshake is the domain's I/O thread's.
 */
@NullMarked
package dev.lodge.vmm.backend.block;

import org.jspecify.annotations.NullMarked;
