/**
 * The back end's half of Xenbus, which all split devices share: a device's nodes in xenstore, the handshake of both ends'
 * states, and the connection with all that it holds of the guest's ({@code xen/include/public/io/xenbus.h}).
 *
 * <p>For: kinds of devices, which implement {@link dev.lodge.vmm.backend.xenbus.BackEnd} and {@link
 * dev.lodge.vmm.backend.xenbus.Connection} and find in {@link dev.lodge.vmm.backend.xenbus.FrontEnd} what the guest says,
 * checked. Not for: what goes over a device's rings.
 *
 * <p>Threads: all on the domain's I/O thread, but for a device's creation before that runs and its end after that.
 */
@NullMarked
package dev.lodge.vmm.backend.xenbus;

import org.jspecify.annotations.NullMarked;
