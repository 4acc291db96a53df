/**
 * Fills a new domain's memory: the kernel, the initramfs, the ACPI tables and the start information of a PVH boot.
 *
 * <p>For: reading kernels and initramfs files, which are not trusted, keeping unpacked kernels in a cache, and writing
 * guest memory. {@link dev.lodge.vmm.boot.GuestImage} does it all; {@link dev.lodge.vmm.boot.BootLayout} says where
 * everything goes. Not for: allocating that memory, setting registers, or anything after the first instruction.
 */
@NullMarked
package dev.lodge.vmm.boot;

import org.jspecify.annotations.NullMarked;
