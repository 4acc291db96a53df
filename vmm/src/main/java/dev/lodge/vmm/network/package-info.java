/**
 * Ethernet as the monitor has it: frames with the work that a network card would still do on them, ports that frames come
 * from and go to, and a switch between ports.
 *
 * <p>For: everything about frames that is the same whoever sends them. Not for: rings, grants and Xen's names
 * ({@code backend.net}), rules ({@code network.router}), or the host's files and processes ({@code network.host}).
 */
@NullMarked
package dev.lodge.vmm.network;

import org.jspecify.annotations.NullMarked;
