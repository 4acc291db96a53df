/**
 * Event channels ({@code xen/include/public/event_channel.h}): the table of a domain's ports, what is bound to each, and
 * how a guest sees its events in shared memory: by the 2-level ABI or the FIFO ABI, both behind {@code EventAbi}. Does not
 * know who listens on the host's side, nor how a vCPU is interrupted: both are interfaces here.
 */
@NullMarked
package dev.lodge.vmm.event;

import org.jspecify.annotations.NullMarked;
