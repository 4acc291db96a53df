/**
 * The UNIX socket over which tools of the host use xenstore: {@code xenstore-ls}, {@code xenstore-watch} and whatever else
 * is linked to libxenstore, which finds it by the variable {@code XENSTORED_PATH}.
 *
 * <p>For: moving bytes between connections and {@link dev.lodge.vmm.store.WireClient}s. Not for: what the messages mean, which is the store's affair.
 *
 * <p>Whoever connects has the rights of Domain 0. So only the user who runs this process, and root, may ({@link
 * dev.lodge.vmm.io.SocketFile}).
 */
@NullMarked
package dev.lodge.vmm.socket;

import org.jspecify.annotations.NullMarked;
