package dev.lodge.vmm.abi;

/**
 * Where things stand in {@code struct hvm_start_info}, version 1, and the two tables that it points to
 * ({@code xen/include/public/arch-x86/hvm/start_info.h}). A PVH kernel starts with its address in {@code %ebx}.
 *
 * <pre>
 *  hvm_start_info          hvm_modlist_entry       hvm_memmap_table_entry
 *   0  magic               0  paddr                 0  addr
 *   4  version             8  size                  8  size
 *   8  flags              16  cmdline_paddr        16  type
 *  12  nr_modules         24  reserved             20  reserved
 *  16  modlist_paddr      32                       24
 *  24  cmdline_paddr
 *  32  rsdp_paddr
 *  40  memmap_paddr
 *  48  memmap_entries
 *  52  reserved
 *  56
 * </pre>
 */
public final class StartInfo {

    public static final int SIZE = 56;

    public static final int magic = 0;
    public static final int version = 4;
    public static final int flags = 8;
    public static final int nr_modules = 12;
    public static final int modlist_paddr = 16;
    public static final int cmdline_paddr = 24;
    public static final int rsdp_paddr = 32;
    public static final int memmap_paddr = 40;
    public static final int memmap_entries = 48;
    public static final int reserved = 52;

    public static final int XEN_HVM_START_MAGIC_VALUE = 0x336ec578;

    /** Bytes in {@code struct hvm_modlist_entry}; the offsets below are within it. */
    public static final int SIZEOF_modlist_entry = 32;

    public static final int modlist_paddr_of_module = 0;
    public static final int modlist_size = 8;
    public static final int modlist_cmdline_paddr = 16;
    public static final int modlist_reserved = 24;

    /** Bytes in {@code struct hvm_memmap_table_entry}; the offsets below are within it. */
    public static final int SIZEOF_memmap_table_entry = 24;

    public static final int memmap_addr = 0;
    public static final int memmap_size = 8;
    public static final int memmap_type = 16;
    public static final int memmap_reserved = 20;

    public static final int XEN_HVM_MEMMAP_TYPE_RAM = 1;
    public static final int XEN_HVM_MEMMAP_TYPE_RESERVED = 2;
    public static final int XEN_HVM_MEMMAP_TYPE_ACPI = 3;

    private StartInfo() {}
}
