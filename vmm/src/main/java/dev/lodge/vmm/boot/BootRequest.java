package dev.lodge.vmm.boot;

import java.util.List;

/**
 * What a domain is to boot.
 *
 * @param kernel stays open, and the caller's to close
 * @param initrd the initramfs in parts, which are loaded one after the other; may be empty
 * @param commandLine the kernel's, without a NUL
 * @param map where the domain has RAM
 * @param apicIds each vCPU's local APIC id, by vCPU number; real Xen's are twice that number
 */
public record BootRequest(
        LoadableKernel kernel, List<InitrdPart> initrd, String commandLine, MemoryMap map, List<Integer> apicIds) {}
