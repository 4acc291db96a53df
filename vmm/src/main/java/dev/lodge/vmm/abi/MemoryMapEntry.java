package dev.lodge.vmm.abi;

/**
 * One range of the guest-physical memory map, as {@code hvm_memmap_table_entry} and the BIOS's E820 table have it.
 *
 * @param address the first byte
 * @param size in bytes, above 0
 * @param type one of {@link StartInfo}'s {@code XEN_HVM_MEMMAP_TYPE_*}
 */
public record MemoryMapEntry(long address, long size, int type) {

    /** The first byte past the range. */
    public long end() {
        return address + size;
    }
}
