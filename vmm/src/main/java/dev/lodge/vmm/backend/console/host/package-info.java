/**
 * What a guest's console may be connected to on the host: a file, a UNIX socket, a program, a terminal.
 *
 * <p>The domain's I/O thread only moves bytes between the console's ring and two bounded buffers, {@link
 * dev.lodge.vmm.backend.console.host.Backlog} and {@link dev.lodge.vmm.backend.console.host.Keys}; threads of each console's
 * own do what may take long. A Linux guest whose console's ring is full waits for room with its interrupts off
 * ({@code drivers/tty/hvc/hvc_xen.c}), so who does not read holds it up for some seconds and no longer.
 *
 * <p>Not here: the rings, which are {@code dev.lodge.vmm.backend.console}'s, and what the bytes say.
 */
@NullMarked
package dev.lodge.vmm.backend.console.host;

import org.jspecify.annotations.NullMarked;
