/**
 * The UNIX socket over which tools of the host use xenstore: {@code xenstore-ls}, {@code xenstore-watch} and whatever else
 * is linked to libxenstore, which finds it by the variable {@code XENSTORED_PATH}.
 *
 * <p>For: the socket's file, who may connect, and moving bytes between connections and {@link
 * dev.lodge.vmm.store.WireClient}s. Not for: what the messages mean, which is the store's affair.
 *
 * <p>Whoever connects has the rights of Domain 0. So only the user who runs this process, and root, may: the file's mode
 * says so, and each connection's {@code SO_PEERCRED} is looked at, since a socket's file has the umask's mode for a moment.
 */
@NullMarked
package dev.lodge.vmm.socket;

import org.jspecify.annotations.NullMarked;
