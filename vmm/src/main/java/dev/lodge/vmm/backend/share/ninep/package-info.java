/**
 * A server of 9P2000.L over one directory of the host: the protocol that Linux's {@code fs/9p} speaks, message by message.
 *
 * <p>For: whoever carries messages, which is {@code backend.share}; it knows nothing of Xen, rings or threads. Not for: other
 * dialects of 9P, authentication, or more than one thread at a time.
 *
 * <p>The client is not trusted. A message is parsed from a copy that it cannot change. Files are found only by an open
 * directory and one name in it ({@link dev.lodge.linux.DirectoryCalls}), links are never followed, and a fid holds its file
 * open with {@code O_PATH}: what it stands for is settled once, and stays when the name goes. What a client may have open is
 * bounded ({@link dev.lodge.vmm.backend.share.ninep.Limits}). Devices are never opened, nor made.
 *
 * <p>Sources: {@code include/net/9p/9p.h} and {@code net/9p/client.c} of Linux, and the protocol's description in diod's
 * {@code protocol.md}. Handlers return 0, or {@code -errno} for an {@code Rlerror}.
 */
@NullMarked
package dev.lodge.vmm.backend.share.ninep;

import org.jspecify.annotations.NullMarked;
