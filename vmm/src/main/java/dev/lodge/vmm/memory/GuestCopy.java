package dev.lodge.vmm.memory;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.XenErrno;
import java.lang.foreign.MemorySegment;

/**
 * Copies what a hypercall's pointers point at: Xen's {@code copy_from_guest} and {@code copy_to_guest}.
 *
 * <p>A guest's other vCPUs may change the memory meanwhile. So a structure is copied once, and only the copy is checked
 * and used. Ranges may cross pages, each of which is translated by itself. Belongs to one vCPU and its thread.
 */
public final class GuestCopy {

    private static final int FRAME_MASK = FrameNumber.FRAME_SIZE - 1;

    private final GuestRam ram;
    private final PageTables tables;
    private final PagingMode mode;

    /** Copies for the vCPU whose control registers {@code mode} shows. */
    public GuestCopy(GuestRam ram, PagingMode mode) {
        this.ram = ram;
        this.tables = new PageTables(ram);
        this.mode = mode;
    }

    /**
     * Copies from the guest.
     *
     * @param address where the guest says, a linear address
     * @param into receives the bytes, at its start
     * @throws XenErrno EFAULT if any of the range is not RAM that the guest can read; what was copied till then stays
     */
    public void from(long address, MemorySegment into, int length) {
        int done = 0;
        while (done < length) {
            int piece = piece(address + done, length - done);
            long physical = physical(address + done, piece, false);
            int region = ram.region(physical, piece);
            MemorySegment.copy(ram.host(region), ram.offset(region, physical), into, done, piece);
            done += piece;
        }
    }

    /**
     * Copies to the guest.
     *
     * @param address where the guest says, a linear address
     * @param bytes holds what is copied
     * @param offset where in {@code bytes} that begins
     * @throws XenErrno EFAULT if any of the range is not RAM that the guest can write; what was copied till then stays
     */
    public void to(long address, MemorySegment bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int piece = piece(address + done, length - done);
            long physical = physical(address + done, piece, true);
            int region = ram.region(physical, piece);
            MemorySegment.copy(bytes, offset + done, ram.host(region), ram.offset(region, physical), piece);
            done += piece;
        }
    }

    /**
     * Where a range lies that the guest can write.
     *
     * @return its guest-physical address, or -1 if it crosses a page or is not RAM that the guest can write
     */
    public long physicalInPage(long address, int length) {
        long physical = tables.translate(mode, address, true);
        boolean isUsable =
                piece(address, length) == length && physical != PageTables.UNMAPPED && ram.contains(physical, length);
        return isUsable ? physical : -1;
    }

    private static int piece(long address, int length) {
        return Math.min(length, FrameNumber.FRAME_SIZE - (int) (address & FRAME_MASK));
    }

    private long physical(long address, int length, boolean write) {
        long physical = tables.translate(mode, address, write);
        if (physical == PageTables.UNMAPPED || !ram.contains(physical, length)) {
            throw XenErrno.badAddress();
        }
        return physical;
    }
}
