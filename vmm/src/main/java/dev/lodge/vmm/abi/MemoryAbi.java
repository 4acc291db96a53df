package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.VaryingStruct.Member.LONG;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U16;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U32;

/** Memory operations: {@code xen/include/public/memory.h}. The names are the header's. */
public final class MemoryAbi {

    public static final int XENMEM_increase_reservation = 0;
    public static final int XENMEM_decrease_reservation = 1;
    public static final int XENMEM_maximum_ram_page = 2;
    public static final int XENMEM_current_reservation = 3;
    public static final int XENMEM_maximum_reservation = 4;
    public static final int XENMEM_machphys_mfn_list = 5;
    public static final int XENMEM_populate_physmap = 6;
    public static final int XENMEM_add_to_physmap = 7;
    public static final int XENMEM_memory_map = 9;
    public static final int XENMEM_machine_memory_map = 10;
    public static final int XENMEM_exchange = 11;
    public static final int XENMEM_machphys_mapping = 12;
    public static final int XENMEM_set_memory_map = 13;
    public static final int XENMEM_maximum_gpfn = 14;
    public static final int XENMEM_remove_from_physmap = 15;
    public static final int XENMEM_set_pod_target = 16;
    public static final int XENMEM_get_pod_target = 17;
    public static final int XENMEM_get_sharing_freed_pages = 18;
    public static final int XENMEM_get_sharing_shared_pages = 19;
    public static final int XENMEM_paging_op = 20;
    public static final int XENMEM_access_op = 21;
    public static final int XENMEM_sharing_op = 22;
    public static final int XENMEM_add_to_physmap_batch = 23;
    public static final int XENMEM_claim_pages = 24;
    public static final int XENMEM_machphys_compat_mfn_list = 25;
    public static final int XENMEM_get_vnumainfo = 26;
    public static final int XENMEM_reserved_device_memory_map = 27;
    public static final int XENMEM_acquire_resource = 28;

    // XENMAPSPACE_*: what is mapped
    public static final int XENMAPSPACE_shared_info = 0;
    public static final int XENMAPSPACE_grant_table = 1;
    public static final int XENMAPSPACE_gmfn = 2;
    public static final int XENMAPSPACE_gmfn_range = 3;
    public static final int XENMAPSPACE_gmfn_foreign = 4;
    public static final int XENMAPSPACE_dev_mmio = 5;

    /** Set in the index to ask for a status frame of grant table version 2. */
    public static final int XENMAPIDX_grant_table_status = 0x8000_0000;

    /** {@code struct xen_add_to_physmap}: domid, size, space, idx, gpfn. */
    public static final VaryingStruct xen_add_to_physmap = VaryingStruct.of(U16, U16, U32, LONG, LONG);

    /** In a reservation's mem_flags: frames that come into being when they are touched. */
    public static final int XENMEMF_populate_on_demand = 1 << 16;

    /** {@code struct xen_memory_reservation}: extent_start, nr_extents, extent_order, mem_flags, domid. */
    public static final VaryingStruct xen_memory_reservation = VaryingStruct.of(LONG, LONG, U32, U32, U16);

    /** {@code struct xen_memory_exchange}: two reservations, in and out, and nr_exchanged. */
    public static final VaryingStruct xen_memory_exchange =
            VaryingStruct.of(LONG, LONG, U32, U32, U16, LONG, LONG, U32, U32, U16, LONG);

    /** {@code struct xen_add_to_physmap_batch}: domid, space, size, u, idxs, gpfns, errs. */
    public static final VaryingStruct xen_add_to_physmap_batch = VaryingStruct.of(U16, U16, U16, U16, LONG, LONG, LONG);

    /** {@code struct xen_remove_from_physmap}: domid, gpfn. */
    public static final VaryingStruct xen_remove_from_physmap = VaryingStruct.of(U16, LONG);

    /** {@code struct xen_memory_map}: nr_entries, buffer. */
    public static final VaryingStruct xen_memory_map = VaryingStruct.of(U32, LONG);

    /** Bytes in an entry of the memory map: addr, size, type. */
    public static final int SIZEOF_e820_entry = 20;

    private MemoryAbi() {}
}
