package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_bad_copy_arg;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_bad_page;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_general_error;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_okay;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One side of a {@code GNTTABOP_copy}: a part of a frame that was granted, or a frame of the caller's own. Until {@link
 * #release} the granting entry shows that it is in use, and the granting domain does not go away.
 *
 * <p>Made once and used again and again, so that copying allocates nothing. Belongs to one thread.
 */
public final class GrantAccess {

    private @Nullable GuestRam memory;
    private @Nullable GrantTable table;
    private @Nullable GrantTable passedOnBy;
    private int ref;
    private int passedOnRef;
    private boolean write;
    private long frame;
    private int start;
    private int length;

    /** Nothing yet. */
    public GrantAccess() {}

    /**
     * Takes what an entry grants.
     *
     * @param grantRef as a guest gave it, any value
     * @param grantee for whom
     * @param forWriting whether it will be written to
     * @return {@code GNTST_*}; only if it is {@code GNTST_okay}, there is something to release
     */
    public int acquire(GrantTable from, int grantRef, int grantee, boolean forWriting) {
        return from.acquireForCopy(this, grantRef, grantee, forWriting, true).status();
    }

    /**
     * Takes a frame of the caller's own.
     *
     * @param number as a guest gave it, any value
     * @return {@code GNTST_*}
     */
    public int own(GuestRam ram, long number) {
        if (!isRam(ram, number)) {
            return GNTST_bad_page;
        }
        taken(ram, number, 0, FrameNumber.FRAME_SIZE);
        return GNTST_okay;
    }

    static boolean isRam(GuestRam ram, long number) {
        return number >>> Long.SIZE - FrameNumber.FRAME_SHIFT == 0
                && ram.contains(number << FrameNumber.FRAME_SHIFT, FrameNumber.FRAME_SIZE);
    }

    void taken(GuestRam ram, long itsFrame, int itsStart, int itsLength) {
        memory = ram;
        frame = itsFrame;
        start = itsStart;
        length = itsLength;
    }

    void takenFrom(GrantTable from, int grantRef, boolean forWriting) {
        table = from;
        ref = grantRef;
        write = forWriting;
    }

    void passedOn(GrantTable by, int grantRef) {
        passedOnBy = by;
        passedOnRef = grantRef;
    }

    /** Gives back what was taken, if anything was. */
    public void release() {
        GrantTable from = table;
        GrantTable by = passedOnBy;
        memory = null;
        table = null;
        passedOnBy = null;
        if (from != null) {
            from.releaseAfterCopy(ref, write);
        }
        if (by != null) {
            by.releaseAfterCopy(passedOnRef, write);
        }
    }

    /**
     * Copies between two sides, which may overlap.
     *
     * @param fromOffset from the start of the frame, unsigned 16 bits
     * @param count bytes, unsigned 16 bits
     * @return {@code GNTST_*}: neither may cross the end of its frame, nor leave what was granted of it
     */
    public static int copy(GrantAccess from, int fromOffset, GrantAccess to, int toOffset, int count) {
        if (fromOffset + count > FrameNumber.FRAME_SIZE || toOffset + count > FrameNumber.FRAME_SIZE) {
            return GNTST_bad_copy_arg;
        }
        GuestRam source = from.memory;
        GuestRam destination = to.memory;
        if (source == null || destination == null || !from.covers(fromOffset, count) || !to.covers(toOffset, count)) {
            return GNTST_general_error;
        }
        boolean copied = GuestRam.copy(source, from.address(fromOffset), destination, to.address(toOffset), count);
        return copied ? GNTST_okay : GNTST_bad_page;
    }

    /** Copies what was taken to a buffer; {@code GNTST_*}. */
    int copyTo(MemorySegment buffer, long at, int offset, int count) {
        if (offset < 0 || count < 0 || offset > FrameNumber.FRAME_SIZE - count) {
            return GNTST_bad_copy_arg;
        }
        GuestRam source = memory;
        if (source == null || !covers(offset, count)) {
            return GNTST_general_error;
        }
        return source.copyTo(address(offset), buffer, at, count) ? GNTST_okay : GNTST_bad_page;
    }

    /** Copies a buffer to what was taken; {@code GNTST_*}. */
    int copyFrom(MemorySegment buffer, long at, int offset, int count) {
        if (offset < 0 || count < 0 || offset > FrameNumber.FRAME_SIZE - count) {
            return GNTST_bad_copy_arg;
        }
        GuestRam destination = memory;
        if (destination == null || !covers(offset, count)) {
            return GNTST_general_error;
        }
        return destination.copyFrom(address(offset), buffer, at, count) ? GNTST_okay : GNTST_bad_page;
    }

    private boolean covers(int offset, int count) {
        return offset >= start && offset + count <= start + length;
    }

    private long address(int offset) {
        return (frame << FrameNumber.FRAME_SHIFT) + offset;
    }
}
