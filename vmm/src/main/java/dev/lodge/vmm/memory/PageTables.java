package dev.lodge.vmm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Walks a guest's page tables as its CPU would: 5 or 4 levels, PAE's 3, the 2 of 32-bit paging, or none (Intel SDM
 * volume 3, chapter 4; AMD APM volume 2, chapter 5).
 *
 * <p>The tables are the guest's and it may change them during the walk; each entry is read once, and each address is
 * looked up in the RAM before it is used. No state but the RAM, so any thread may call it.
 */
public final class PageTables {

    /** The result for an address that the guest could not reach either. */
    public static final long UNMAPPED = -1;

    private static final long CR0_PE = 1;
    private static final long CR0_WP = 1 << 16;
    private static final long CR0_PG = 1L << 31;
    private static final long CR4_PSE = 1 << 4;
    private static final long CR4_PAE = 1 << 5;
    private static final long CR4_LA57 = 1 << 12;
    private static final long EFER_LMA = 1 << 10;

    private static final long PRESENT = 1;
    private static final long WRITABLE = 1 << 1;
    private static final long LARGE = 1 << 7;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    private static final int PAGE_SHIFT = 12;
    private static final int LEVEL_BITS = 9;
    private static final int LEVEL_BITS_32 = 10;

    private final GuestRam ram;

    /** A walker of tables that lie in {@code ram}. */
    public PageTables(GuestRam ram) {
        this.ram = ram;
    }

    /**
     * The guest-physical address behind a linear one. That it is RAM is not said.
     *
     * @param write whether the access writes; a read-only page then counts as unmapped where the kernel honours it
     *     (CR0.WP)
     * @return the address, or {@link #UNMAPPED}
     */
    public long translate(PagingMode mode, long address, boolean write) {
        long cr0 = mode.cr0();
        if ((cr0 & (CR0_PG | CR0_PE)) != (CR0_PG | CR0_PE)) {
            return address & 0xffff_ffffL;
        }
        boolean needsWritable = write && (cr0 & CR0_WP) != 0;
        long cr3 = mode.cr3();
        long cr4 = mode.cr4();
        if ((mode.efer() & EFER_LMA) != 0) {
            int levels = (cr4 & CR4_LA57) != 0 ? 5 : 4;
            int unused = Long.SIZE - (PAGE_SHIFT + levels * LEVEL_BITS);
            if (address << unused >> unused != address) {
                return UNMAPPED; // not canonical
            }
            return walk(cr3 & ADDRESS, levels, address, needsWritable);
        }
        long linear = address & 0xffff_ffffL;
        if ((cr4 & CR4_PAE) != 0) {
            long pointer = entry((cr3 & 0xffff_ffe0L) + (linear >>> 30) * Long.BYTES);
            return (pointer & PRESENT) == 0 ? UNMAPPED : walk(pointer & ADDRESS, 2, linear, needsWritable);
        }
        return walk32(cr3 & 0xffff_f000L, linear, (cr4 & CR4_PSE) != 0, needsWritable);
    }

    private long walk(long root, int levels, long address, boolean needsWritable) {
        long table = root;
        for (int level = levels - 1; ; level--) {
            int shift = PAGE_SHIFT + level * LEVEL_BITS;
            long entry = entry(table + (address >>> shift & 0x1ff) * Long.BYTES);
            if ((entry & PRESENT) == 0 || (needsWritable && (entry & WRITABLE) == 0)) {
                return UNMAPPED;
            }
            boolean leaf = level == 0 || (level <= 2 && (entry & LARGE) != 0);
            if (leaf) {
                long within = (1L << shift) - 1;
                return entry & ADDRESS & ~within | address & within;
            }
            table = entry & ADDRESS;
        }
    }

    private long walk32(long directory, long address, boolean largePages, boolean needsWritable) {
        long pde = entry32(directory + (address >>> PAGE_SHIFT + LEVEL_BITS_32) * Integer.BYTES);
        if ((pde & PRESENT) == 0 || (needsWritable && (pde & WRITABLE) == 0)) {
            return UNMAPPED;
        }
        if (largePages && (pde & LARGE) != 0) {
            long high = (pde >>> 13 & 0xff) << 32; // PSE-36
            return high | pde & 0xffc0_0000L | address & 0x3f_ffff;
        }
        long pte = entry32((pde & 0xffff_f000L) + (address >>> PAGE_SHIFT & 0x3ff) * Integer.BYTES);
        if ((pte & PRESENT) == 0 || (needsWritable && (pte & WRITABLE) == 0)) {
            return UNMAPPED;
        }
        return pte & 0xffff_f000L | address & 0xfff;
    }

    /** An entry of 8 bytes; one outside RAM reads as not present. */
    private long entry(long address) {
        int region = ram.region(address, Long.BYTES);
        if (region == GuestRam.NO_REGION) {
            return 0;
        }
        MemorySegment host = ram.host(region);
        return host.get(ValueLayout.JAVA_LONG_UNALIGNED, ram.offset(region, address));
    }

    private long entry32(long address) {
        int region = ram.region(address, Integer.BYTES);
        if (region == GuestRam.NO_REGION) {
            return 0;
        }
        return Integer.toUnsignedLong(
                ram.host(region).get(ValueLayout.JAVA_INT_UNALIGNED, ram.offset(region, address)));
    }
}
