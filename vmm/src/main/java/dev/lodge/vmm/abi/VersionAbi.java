package dev.lodge.vmm.abi;

/** What a guest may ask about its hypervisor: {@code xen/include/public/version.h} and {@code features.h}. The names are the
 * headers'. */
public final class VersionAbi {

    public static final int XENVER_version = 0;
    public static final int XENVER_extraversion = 1;
    public static final int XENVER_compile_info = 2;
    public static final int XENVER_capabilities = 3;
    public static final int XENVER_changeset = 4;
    public static final int XENVER_platform_parameters = 5;
    public static final int XENVER_get_features = 6;
    public static final int XENVER_pagesize = 7;
    public static final int XENVER_guest_handle = 8;
    public static final int XENVER_commandline = 9;
    public static final int XENVER_build_id = 10;
    public static final int XEN_EXTRAVERSION_LEN = 16;
    public static final int XEN_CAPABILITIES_INFO_LEN = 1024;
    public static final int XEN_CHANGESET_INFO_LEN = 64;
    public static final int XEN_COMMANDLINE_LEN = 1024;

    /** Bytes in {@code struct xen_compile_info}: compiler[64], compile_by[16], compile_domain[32], compile_date[32]. */
    public static final int SIZEOF_compile_info = 144;

    /** Bytes in {@code xen_domain_handle_t}: a UUID. */
    public static final int SIZEOF_guest_handle = 16;

    // XENFEAT_*: bit numbers in submap 0
    public static final int XENFEAT_writable_page_tables = 0;
    public static final int XENFEAT_auto_translated_physmap = 2;
    public static final int XENFEAT_supervisor_mode_kernel = 3;
    public static final int XENFEAT_pae_pgdir_above_4gb = 4;
    public static final int XENFEAT_hvm_callback_vector = 8;
    public static final int XENFEAT_hvm_safe_pvclock = 9;
    public static final int XENFEAT_memory_op_vnode_supported = 13;
    public static final int XENFEAT_not_direct_mapped = 16;

    private VersionAbi() {}
}
