/**
 * Where a disk's bytes are: files, block devices, memory, an overlay over another, an image in a format of its own.
 *
 * <p>For: devices of any kind that read and write sectors. Not for: knowing who asks, or by which protocol; nothing of Xen
 * is here. A storage belongs to one thread at a time, which waits while it works, but for reads in a {@link
 * dev.lodge.vmm.storage.ReadQueue}: a storage says which files its bytes are in ({@code Located}), and one queue reads them from there,
 * for whatever storage.
 */
@NullMarked
package dev.lodge.vmm.storage;

import org.jspecify.annotations.NullMarked;
