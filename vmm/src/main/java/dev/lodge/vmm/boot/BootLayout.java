package dev.lodge.vmm.boot;

/**
 * Every fixed guest-physical address and port, as real Xen lays out a PVH domain
 * ({@code tools/libs/light/libxl_dom.c}, {@code tools/libs/guest/xg_dom_x86.c}, {@code tools/libacpi}).
 *
 * <pre>
 *  0x0_0000_0000  page 0, unused: an address of 0 means "none" to the guest
 *  0x0_0000_1000  start info, module list, memory map      the boot area: read by the kernel in its first steps, then free
 *  0x0_0000_2000  command line                             RAM; Linux never uses the first 64 KiB for anything else. Where a
 *                                                          kernel lies here itself, the area is at the end of low RAM
 *  0x0_0001_0000  free RAM
 *  0x0_000a_0000  no RAM (a PC's video memory and ROM)
 *  0x0_0010_0000  RAM: kernel (Debian's at 16 MiB), ... initramfs at the top
 *  low RAM's end  at most 0x0_fc00_0000; what is left of RAM begins again at 4 GiB
 *  0x0_fc00_0000  ACPI tables, and at 0xfc00_8000 the RSDP
 *  0x0_feff_8000  eight special pages: 0xfeffc xenstore, 0xfeffe KVM's identity map, 0xfefff console
 *  0x0_fee0_0000  local APIC
 *  0x1_0000_0000  the rest of RAM
 * </pre>
 */
public final class BootLayout {

    public static final int PAGE_SIZE = 4096;

    /** Start info, module list and memory map, one page, and the command line, another. */
    static final long BOOT_AREA = 0x1000;

    static final int BOOT_AREA_SIZE = 2 * PAGE_SIZE;

    /** Most bytes that a command line may have, its NUL not counted. */
    public static final int COMMAND_LINE_LIMIT = PAGE_SIZE - 1;

    /** What Linux takes where no kernel header says otherwise: {@code COMMAND_LINE_SIZE} less its NUL. */
    static final int LINUX_COMMAND_LINE_LIMIT = 2047;

    /** RAM's first hole, {@code [0xa0000, 0x100000)}. */
    public static final long ISA_HOLE_START = 0xa_0000;

    public static final long ISA_HOLE_END = 0x10_0000;

    /** Low RAM ends here at the latest: {@code ACPI_INFO_PHYSICAL_ADDRESS} of Xen's {@code hvm/hvm_info_table.h}. */
    public static final long LOW_RAM_LIMIT = 0xfc00_0000L;

    /** Where RAM that did not fit below {@link #LOW_RAM_LIMIT} begins. */
    public static final long HIGH_RAM = 0x1_0000_0000L;

    /** The ACPI tables. The guest finds them by the RSDP. */
    public static final long ACPI = 0xfc00_0000L;

    /** The root pointer; the tables lie below it. */
    public static final long ACPI_RSDP = ACPI + 0x8000;

    /** Bytes from {@link #ACPI} that must be backed by memory. */
    public static final long ACPI_SIZE = 0x9000;

    /** The special pages, {@code X86_HVM_NR_SPECIAL_PAGES} of them. */
    public static final long SPECIAL_PAGES = 0xfeff_8000L;

    /** Bytes from {@link #SPECIAL_PAGES} that must be backed by memory. */
    public static final long SPECIAL_PAGES_SIZE = 0x8000;

    /** The xenstore ring's frame ({@code HVM_PARAM_STORE_PFN}). */
    public static final long XENSTORE_FRAME = 0xfeffc;

    /** For {@code KVM_SET_IDENTITY_MAP_ADDR}: the page that Xen keeps for the same purpose. */
    public static final long IDENTITY_MAP = 0xfeff_e000L;

    /** The console ring's frame ({@code HVM_PARAM_CONSOLE_PFN}). */
    public static final long CONSOLE_FRAME = 0xfefff;

    /** The local APICs' registers. */
    public static final long LOCAL_APIC = 0xfee0_0000L;

    /** ACPI's sleep control register: the guest writes {@link #ACPI_POWER_OFF} here to power off. */
    public static final int ACPI_SLEEP_CONTROL_PORT = 0x604;

    /** ACPI's sleep status register: reads as 0. */
    public static final int ACPI_SLEEP_STATUS_PORT = 0x605;

    /** ACPI's reset register: the guest writes {@link #ACPI_RESET} here to be reset. */
    public static final int ACPI_RESET_PORT = 0x606;

    /** The sleep type of {@code \_S5}. */
    static final int ACPI_SLEEP_TYPE_S5 = 5;

    /** {@code SLP_EN}, and {@code \_S5}'s type in the field {@code SLP_TYP}. */
    public static final int ACPI_POWER_OFF = 1 << 5 | ACPI_SLEEP_TYPE_S5 << 2;

    public static final int ACPI_RESET = 1;

    /** An initramfs above this is out of reach of the kernel's early mapping ({@code initrd_addr_max} of a bzImage). */
    static final long INITRD_LIMIT = 0x8000_0000L;

    private BootLayout() {}
}
