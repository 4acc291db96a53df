package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_sub_page;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_transitive;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_type_mask;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.grant.ActiveGrants.Active;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.MemorySegment;

/**
 * How a use of an entry begins and ends: whether the entry grants it, together with the uses that there are already, and the
 * note of it that the guest sees. Xen's {@code acquire_grant_for_copy, release_grant_for_copy}, and what they and mapping have in
 * common.
 *
 * <p>Under the lock of the {@link GrantTable} that it belongs to. What an entry grants is read when its first use begins; {@link
 * ActiveGrants} has it from then on.
 */
final class GrantUses {

    private final int domid;
    private final GuestRam memory;
    private final GrantFrames frames;
    private final ActiveGrants active;
    private final GrantStatus status;

    GrantUses(int domid, GuestRam memory, GrantFrames frames, ActiveGrants active) {
        this.domid = domid;
        this.memory = memory;
        this.frames = frames;
        this.active = active;
        status = new GrantStatus(frames);
    }

    /** Whether the table, of the size that it has now, lacks an entry. */
    boolean isBeyond(int ref) {
        return Integer.compareUnsigned(ref, frames.entries()) >= 0;
    }

    /** Whether there is such an entry, and it passes on what another domain granted, as it stands at this moment. */
    boolean isTransitive(int ref) {
        return !isBeyond(ref) && frames.version() != 1 && (frames.word(ref) & GTF_type_mask) == GTF_transitive;
    }

    /**
     * Begins a use of an entry, if it grants that; it is then as {@link ActiveGrants} has it.
     *
     * @param ref any value
     * @param map a mapping, which takes the whole frame
     */
    Refusal begin(int ref, int grantee, boolean write, boolean map) {
        if (isBeyond(ref)) {
            return Refusal.BEYOND_TABLE;
        }
        Active entry = active.get(ref);
        boolean fresh = !entry.isUsed();
        if (!fresh
                && (entry.grantee() != grantee
                        || !entry.hasRoom()
                        || entry.isTransitive()
                        || (map && entry.length() != FrameNumber.FRAME_SIZE))) {
            return Refusal.IN_USE;
        }
        if (fresh || (write && !entry.isWritten())) {
            Refusal refusal = status.set(ref, grantee, write, map, !fresh);
            if (refusal != Refusal.NONE) {
                return refusal;
            }
        }
        if (fresh && !readEntry(ref, grantee, entry)) {
            status.reduce(ref, entry, write);
            return Refusal.NOT_RAM;
        }
        active.begin(entry, write);
        return Refusal.NONE;
    }

    private boolean readEntry(int ref, int grantee, Active entry) {
        long frame = frames.frame(ref);
        boolean subPage = frames.version() == 2 && (frames.word(ref) & GTF_sub_page) != 0;
        int range = subPage ? frames.range(ref) : FrameNumber.FRAME_SIZE << Short.SIZE;
        entry.grants(grantee, frame, range & 0xffff, range >>> Short.SIZE);
        return GrantAccess.isRam(memory, frame);
    }

    /**
     * Begins a use of a transitive entry, if it may pass on; whether the other domain grants it is for the caller to ask.
     *
     * @param ref of an entry that is there
     * @param mayBePassedOn whether this is the first domain that is asked
     */
    Refusal beginPassingOn(int ref, int grantee, boolean write, boolean mayBePassedOn) {
        Active entry = active.get(ref);
        if (entry.isUsed() && (!entry.isTransitive() || entry.grantee() != grantee || !entry.hasRoom())) {
            return Refusal.IN_USE;
        }
        Refusal refusal = status.set(ref, grantee, write, false, false);
        if (refusal != Refusal.NONE) {
            return refusal;
        }
        int fromDomid = frames.range(ref) & 0xffff;
        int fromRef = frames.transitiveRef(ref);
        if (!mayBePassedOn || fromDomid == domid) {
            status.reduce(ref, entry, write);
            return Refusal.NOT_TRANSITIVE;
        }
        entry.passesOn(grantee, fromDomid, fromRef);
        active.begin(entry, write);
        return Refusal.NONE;
    }

    /** Ends a use that began. */
    void end(int ref, boolean write) {
        Active entry = active.get(ref);
        active.end(entry, write);
        status.reduce(ref, entry, write);
    }

    /**
     * Copies between a buffer of Domain 0's and a frame that an entry of version 1 grants to it alone, from a use's beginning to
     * its end, so that nothing is noted but what the guest sees: most copies are such.
     *
     * @param ref any value
     * @param write whether the buffer is copied to the frame
     * @return false if it is anything else; nothing is done then, and {@link #begin} knows what may be
     */
    boolean copyAtOnce(int ref, boolean write, int offset, MemorySegment buffer, long at, int length) {
        if (isBeyond(ref)
                || frames.version() != 1
                || active.isUsed(ref)
                || offset < 0
                || length < 0
                || offset > FrameNumber.FRAME_SIZE - length
                || status.set(ref, DomainIds.DOMID_0, write, false, false) != Refusal.NONE) {
            return false;
        }
        long address = (frames.frame(ref) << FrameNumber.FRAME_SHIFT) + offset;
        boolean copied =
                write ? memory.copyFrom(address, buffer, at, length) : memory.copyTo(address, buffer, at, length);
        frames.clearStatus(ref, GTF_reading | GTF_writing);
        return copied;
    }
}
