package dev.lodge.vmm.boot;

import static dev.lodge.vmm.abi.StartInfo.XEN_HVM_MEMMAP_TYPE_ACPI;
import static dev.lodge.vmm.abi.StartInfo.XEN_HVM_MEMMAP_TYPE_RAM;
import static dev.lodge.vmm.abi.StartInfo.XEN_HVM_MEMMAP_TYPE_RESERVED;

import dev.lodge.vmm.BootException;
import dev.lodge.vmm.abi.MemoryMapEntry;
import java.util.List;

/**
 * Where a domain has RAM. The picture is {@link BootLayout}'s; only the amount varies.
 *
 * @param lowEnd the first byte past low RAM, at most {@link BootLayout#LOW_RAM_LIMIT}
 * @param highEnd the first byte past high RAM; {@link BootLayout#HIGH_RAM} if there is none
 */
public record MemoryMap(long lowEnd, long highEnd) {

    /** The most RAM that a domain may have, in bytes: 1 TiB. */
    public static final long MAXIMUM = 1L << 40;

    /** The least RAM that has room for a kernel at 1 MiB. */
    private static final long MINIMUM = 2 << 20;

    /**
     * The map of a domain with {@code bytes} of RAM, the ISA hole counted as Xen counts it.
     *
     * @param bytes a multiple of 4096
     * @throws BootException if there can be no such domain
     */
    public static MemoryMap of(long bytes) {
        if (bytes < MINIMUM || bytes > MAXIMUM) {
            throw new BootException("a guest cannot have " + bytes + " bytes of memory: give it 2 MiB to 1 TiB");
        }
        if (bytes % BootLayout.PAGE_SIZE != 0) {
            throw new BootException("a guest cannot have " + bytes
                    + " bytes of memory, which is no whole number of pages: give it a multiple of 4 KiB");
        }
        long lowEnd = Math.min(bytes, BootLayout.LOW_RAM_LIMIT);
        return new MemoryMap(lowEnd, BootLayout.HIGH_RAM + bytes - lowEnd);
    }

    /** Bytes of RAM that the domain was given, as {@link #of} took them. */
    public long bytes() {
        return lowEnd + highBytes();
    }

    /** Bytes of RAM from {@link BootLayout#HIGH_RAM} on, 0 or more. */
    public long highBytes() {
        return highEnd - BootLayout.HIGH_RAM;
    }

    /** Whether {@code size} bytes, 1 or more, from {@code address} on are low RAM, none of them in the ISA hole. */
    boolean isLowRam(long address, long size) {
        boolean inRange = address >= 0 && size > 0 && address <= lowEnd && size <= lowEnd - address;
        return inRange && (address >= BootLayout.ISA_HOLE_END || address + size <= BootLayout.ISA_HOLE_START);
    }

    /** What the guest is told, by address: RAM, the ACPI tables and the special pages. */
    public List<MemoryMapEntry> entries() {
        var belowHole = new MemoryMapEntry(0, BootLayout.ISA_HOLE_START, XEN_HVM_MEMMAP_TYPE_RAM);
        var aboveHole =
                new MemoryMapEntry(BootLayout.ISA_HOLE_END, lowEnd - BootLayout.ISA_HOLE_END, XEN_HVM_MEMMAP_TYPE_RAM);
        var acpi = new MemoryMapEntry(BootLayout.ACPI, BootLayout.ACPI_SIZE, XEN_HVM_MEMMAP_TYPE_ACPI);
        var special = new MemoryMapEntry(
                BootLayout.SPECIAL_PAGES, BootLayout.SPECIAL_PAGES_SIZE, XEN_HVM_MEMMAP_TYPE_RESERVED);
        if (highBytes() == 0) {
            return List.of(belowHole, aboveHole, acpi, special);
        }
        var high = new MemoryMapEntry(BootLayout.HIGH_RAM, highBytes(), XEN_HVM_MEMMAP_TYPE_RAM);
        return List.of(belowHole, aboveHole, acpi, special, high);
    }
}
