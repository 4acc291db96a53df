package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.VaryingStruct.Member.END;
import static dev.lodge.vmm.abi.VaryingStruct.Member.LONG;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U16;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U32;

/** Grant tables: {@code xen/include/public/grant_table.h}. The names are the header's. */
public final class GrantTableAbi {

    public static final int GNTTABOP_map_grant_ref = 0;
    public static final int GNTTABOP_unmap_grant_ref = 1;
    public static final int GNTTABOP_setup_table = 2;
    public static final int GNTTABOP_dump_table = 3;
    public static final int GNTTABOP_transfer = 4;
    public static final int GNTTABOP_copy = 5;
    public static final int GNTTABOP_query_size = 6;
    public static final int GNTTABOP_unmap_and_replace = 7;
    public static final int GNTTABOP_set_version = 8;
    public static final int GNTTABOP_get_status_frames = 9;
    public static final int GNTTABOP_get_version = 10;
    public static final int GNTTABOP_swap_grant_ref = 11;
    public static final int GNTTABOP_cache_flush = 12;

    // GTF_*: the flags of an entry
    public static final int GTF_invalid = 0;
    public static final int GTF_permit_access = 1;
    public static final int GTF_accept_transfer = 2;
    public static final int GTF_transitive = 3;
    public static final int GTF_type_mask = 3;
    public static final int GTF_readonly = 1 << 2;
    public static final int GTF_reading = 1 << 3;
    public static final int GTF_writing = 1 << 4;
    public static final int GTF_sub_page = 1 << 8;

    // GNTST_*: the status of an operation
    public static final int GNTST_okay = 0;
    public static final int GNTST_general_error = -1;
    public static final int GNTST_bad_domain = -2;
    public static final int GNTST_bad_gntref = -3;
    public static final int GNTST_bad_handle = -4;
    public static final int GNTST_bad_virt_addr = -5;
    public static final int GNTST_permission_denied = -8;
    public static final int GNTST_bad_page = -9;
    public static final int GNTST_bad_copy_arg = -10;
    public static final int GNTST_eagain = -12;
    public static final int GNTST_no_space = -13;

    // GNTMAP_*: the flags of a mapping
    public static final int GNTMAP_device_map = 1;
    public static final int GNTMAP_host_map = 1 << 1;
    public static final int GNTMAP_readonly = 1 << 2;
    public static final int GNTMAP_application_map = 1 << 3;
    public static final int GNTMAP_contains_pte = 1 << 4;

    // GNTCOPY_*: which sides of a copy are grants
    public static final int GNTCOPY_source_gref = 1;
    public static final int GNTCOPY_dest_gref = 1 << 1;

    /** The first entries, which a change of version keeps. */
    public static final int GNTTAB_NR_RESERVED_ENTRIES = 8;

    /** The entry that Xen's tools fill for the console page. */
    public static final int GNTTAB_RESERVED_CONSOLE = 0;

    /** The entry that Xen's tools fill for the xenstore page. */
    public static final int GNTTAB_RESERVED_XENSTORE = 1;

    /** Bytes in {@code struct grant_entry_v1}: flags, domid (16 bits each), frame. */
    public static final int SIZEOF_entry_v1 = 8;

    /** Bytes in {@code union grant_entry_v2}: flags, domid, then 12 that depend on the type. */
    public static final int SIZEOF_entry_v2 = 16;

    /** Bytes in {@code grant_status_t}. */
    public static final int SIZEOF_status = 2;

    /** Bytes in {@code struct gnttab_map_grant_ref}: host_addr, flags, ref, dom, status, handle, dev_bus_addr. */
    public static final int SIZEOF_map_grant_ref = 32;

    /** Bytes in {@code struct gnttab_unmap_grant_ref}: host_addr, dev_bus_addr, handle, status (padded). */
    public static final int SIZEOF_unmap_grant_ref = 24;

    /** {@code struct gnttab_copy}: source, dest (ref or gmfn, domid, offset), len, flags, status. */
    public static final VaryingStruct gnttab_copy =
            VaryingStruct.of(LONG, U16, U16, END, LONG, U16, U16, END, U16, U16, U16);

    /** Bytes in {@code struct gnttab_swap_grant_ref}: ref_a, ref_b, status (padded). */
    public static final int SIZEOF_swap_grant_ref = 12;

    /** Bytes in {@code struct gnttab_query_size}: dom (16 bits, padded), nr_frames, max_nr_frames, status. */
    public static final int SIZEOF_query_size = 16;

    /** Bytes in {@code struct gnttab_set_version}: version. */
    public static final int SIZEOF_set_version = 4;

    /** Bytes in {@code struct gnttab_get_version}: dom, pad (16 bits each), version. */
    public static final int SIZEOF_get_version = 8;

    /** {@code struct gnttab_setup_table}: dom, nr_frames, status, frame_list. */
    public static final VaryingStruct gnttab_setup_table = VaryingStruct.of(U16, U32, U16, LONG);

    private GrantTableAbi() {}
}
