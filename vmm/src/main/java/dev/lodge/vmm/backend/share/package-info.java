/**
 * Shared folders: the back end of Xen's 9pfs devices, a directory of the host for a guest.
 *
 * <p>For: the device's nodes, its rings of bytes in the guest's memory, and the thread that answers what comes over them. What
 * the bytes mean is {@code ninep}'s affair. Sources: {@code xen/include/public/io/9pfs.h} and Xen's {@code docs/misc/9pfs.pandoc}.
 */
@NullMarked
package dev.lodge.vmm.backend.share;

import org.jspecify.annotations.NullMarked;
