package dev.lodge.vmm.abi;

/**
 * Types of the notes that a kernel carries for whoever loads it: Xen's, named {@code "Xen"}
 * ({@code xen/include/public/elfnote.h}), and Linux's own, named {@code "Linux"} ({@code include/linux/build-salt.h}).
 */
public final class ElfNotes {

    /** The guest operating system's name, a string: {@code linux}, {@code Mini-OS}... */
    public static final int XEN_ELFNOTE_GUEST_OS = 6;

    /** The 32-bit physical entry point of a PVH kernel, in a description of 4 or 8 bytes. */
    public static final int XEN_ELFNOTE_PHYS32_ENTRY = 18;

    /** What {@code CONFIG_BUILD_SALT} said; distributions put the kernel's release there. */
    public static final int LINUX_ELFNOTE_BUILD_SALT = 0x100;

    private ElfNotes() {}
}
