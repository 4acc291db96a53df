package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;

/**
 * How to start a domain whose memory is filled: 32-bit protected mode, flat segments, paging off, and these registers
 * ({@code docs/misc/pvh.pandoc} of Xen).
 *
 * @param entry for {@code %eip}
 * @param startInfo for {@code %ebx}
 * @param sites where the kernel makes its hypercalls; not patched
 * @param initrd where the initramfs lies; page aligned, and meaningless if its size is 0
 * @param initrdSize in bytes; 0 if there is none
 */
public record BootPlan(
        GuestAddress entry, GuestAddress startInfo, HypercallSites sites, GuestAddress initrd, long initrdSize) {}
