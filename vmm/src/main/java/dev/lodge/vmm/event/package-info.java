/**
 * Event channels ({@code xen/include/public/event_channel.h}): the table of a domain's ports, what is bound to each, and
 * the bits in shared memory by which a guest sees its events. Does not know who listens on the host's side, nor how a
 * vCPU is interrupted: both are interfaces here.
 */
@NullMarked
package dev.lodge.vmm.event;

import org.jspecify.annotations.NullMarked;
