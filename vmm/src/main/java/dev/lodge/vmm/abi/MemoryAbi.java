package dev.lodge.vmm.abi;

/** Memory operations: {@code xen/include/public/memory.h}. The names are the header's. */
public final class MemoryAbi {

    public static final int XENMEM_increase_reservation = 0;
    public static final int XENMEM_decrease_reservation = 1;
    public static final int XENMEM_maximum_ram_page = 2;
    public static final int XENMEM_current_reservation = 3;
    public static final int XENMEM_maximum_reservation = 4;
    public static final int XENMEM_populate_physmap = 6;
    public static final int XENMEM_add_to_physmap = 7;
    public static final int XENMEM_memory_map = 9;
    public static final int XENMEM_machine_memory_map = 10;
    public static final int XENMEM_maximum_gpfn = 14;
    public static final int XENMEM_remove_from_physmap = 15;
    public static final int XENMEM_add_to_physmap_batch = 23;

    // XENMAPSPACE_*: what is mapped
    public static final int XENMAPSPACE_shared_info = 0;
    public static final int XENMAPSPACE_grant_table = 1;
    public static final int XENMAPSPACE_gmfn = 2;

    /** Set in the index to ask for a status frame of grant table version 2. */
    public static final int XENMAPIDX_grant_table_status = 0x8000_0000;

    /** Bytes in {@code struct xen_add_to_physmap}: domid, size (16 bits each), space, idx, gpfn. */
    public static final int SIZEOF_add_to_physmap = 24;

    /** Bytes in {@code struct xen_memory_map}: nr_entries (padded), buffer. */
    public static final int SIZEOF_memory_map = 16;

    /** Bytes in an entry of the memory map: addr, size, type. */
    public static final int SIZEOF_e820_entry = 20;

    private MemoryAbi() {}
}
