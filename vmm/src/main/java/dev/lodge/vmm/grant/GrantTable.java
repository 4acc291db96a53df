package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_bad_gntref;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_eagain;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTST_okay;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.SIZEOF_entry_v1;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GrantTableAbi;
import dev.lodge.vmm.abi.MemoryAbi;
import dev.lodge.vmm.grant.ActiveGrants.Active;
import dev.lodge.vmm.memory.FrameList;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The grant table of one domain, of version 1 or 2: which frames of its memory others may use. After Xen's {@code
 * common/grant_table.c}.
 *
 * <p>Domain 0's back ends map frames ({@link GrantMappings}); they and guests copy ({@link GrantAccess}). A use is counted
 * from its beginning to its end, and goes on with what the entry granted when it began.
 *
 * <p>Lock: this object guards all of it, with what it is made of ({@link GrantFrames}, {@link GrantUses}, {@link ActiveGrants}).
 * The locks of two tables are never held at once.
 */
public final class GrantTable {

    /** What Domain 0 may have mapped of one guest at once: Xen's default of 1,024 frames of its own table holds more. */
    private static final int MAX_MAPPINGS = 1 << 16;

    private static final long STATUS_FRAME = Integer.toUnsignedLong(MemoryAbi.XENMAPIDX_grant_table_status);

    private final int domid;
    private final GuestRam memory;
    private final Tables others;
    private final GrantFrames frames;
    private final ActiveGrants active;
    private final GrantUses uses;
    private int mappings;
    private int copies;
    private boolean destroyed;

    /** Finds the grant table of a guest by its number. */
    @FunctionalInterface
    public interface Tables {
        @Nullable
        GrantTable find(int domid);
    }

    /**
     * A table with what Xen's tools grant to Domain 0 from the start.
     *
     * @param maxFrames how far the guest may let it grow
     * @param consoleFrame what entry GNTTAB_RESERVED_CONSOLE grants
     * @param xenstoreFrame what entry GNTTAB_RESERVED_XENSTORE grants
     * @param others for transitive grants
     */
    public GrantTable(
            int domid,
            GuestRam memory,
            int maxFrames,
            FrameNumber consoleFrame,
            FrameNumber xenstoreFrame,
            Tables others) {
        this.domid = domid;
        this.memory = memory;
        this.others = others;
        frames = new GrantFrames(maxFrames);
        active = new ActiveGrants(maxFrames * (FrameNumber.FRAME_SIZE / SIZEOF_entry_v1));
        uses = new GrantUses(domid, memory, frames, active);
        int toDomainZero = GTF_permit_access | DomainIds.DOMID_0 << Short.SIZE;
        frames.put(GrantTableAbi.GNTTAB_RESERVED_CONSOLE, toDomainZero, consoleFrame.value());
        frames.put(GrantTableAbi.GNTTAB_RESERVED_XENSTORE, toDomainZero, xenstoreFrame.value());
    }

    // What the guest does with its table.

    /** How many frames the table has now: {@code nr_frames} of {@code GNTTABOP_query_size}. */
    public synchronized int frameCount() {
        return frames.count();
    }

    /** How many frames it may have. */
    public int maxFrameCount() {
        return frames.maxCount();
    }

    /** Lets the table have {@code count} frames: {@code GNTTABOP_setup_table}; false beyond the limit. */
    public synchronized boolean grow(int count) {
        if (count < 0 || count > frames.maxCount()) {
            return false;
        }
        frames.grow(count);
        return true;
    }

    /** Where the guest has placed a frame of the table, or -1. */
    public synchronized long placeOf(int index) {
        return frames.placeOf(index);
    }

    /**
     * Whether a table of this size has such a frame: the {@code idx} of {@code XENMEM_add_to_physmap}.
     *
     * @param index of a frame; of a status frame of version 2, if {@code XENMAPIDX_grant_table_status} is set
     */
    public synchronized boolean hasFrame(long index) {
        return isStatusFrame(index)
                ? frames.version() == 2 && (index & ~STATUS_FRAME) < frames.maxStatusCount()
                : index >= 0 && index < frames.maxCount();
    }

    /**
     * Puts a frame of the table at a frame of the guest, with what it held; the table grows to it.
     *
     * @param index as for {@link #hasFrame}
     * @return whether there is such a frame in a table of this size
     * @throws GuestFault if the guest's frame is not RAM
     */
    public synchronized boolean place(long index, FrameNumber where) {
        if (!hasFrame(index)) {
            return false;
        }
        MemorySegment place = memory.frame(where);
        if (isStatusFrame(index)) {
            frames.placeStatus((int) (index & ~STATUS_FRAME), where, place);
        } else {
            frames.place((int) index, where, place);
        }
        return true;
    }

    private static boolean isStatusFrame(long index) {
        return (index & STATUS_FRAME) != 0 && index >>> Integer.SIZE == 0;
    }

    /** 1 or 2. */
    public synchronized int version() {
        return frames.version();
    }

    /**
     * {@code GNTTABOP_set_version}: empties the table, but for the entries that the tools have filled.
     *
     * @param version 1 or 2
     * @return 0, or an error as {@code -XenErrno.E...}
     */
    public synchronized int setVersion(int version) {
        if (version == frames.version()) {
            return 0;
        }
        return active.isAnyUsedFrom(GrantTableAbi.GNTTAB_NR_RESERVED_ENTRIES)
                ? GrantVersions.BUSY
                : GrantVersions.change(frames, version);
    }

    /** {@code GNTTABOP_swap_grant_ref}; {@code GNTST_*}. */
    public synchronized int swap(int a, int b) {
        if (uses.isBeyond(a) || uses.isBeyond(b)) {
            return GNTST_bad_gntref;
        }
        if (a == b) {
            return GNTST_okay;
        }
        if (active.isUsed(a) || active.isUsed(b)) {
            return GNTST_eagain;
        }
        frames.swap(a, b);
        return GNTST_okay;
    }

    /** Whether a frame of the guest's is mapped, being copied, or part of this table, so that it must not be taken away. */
    public synchronized boolean isPinned(long frame) {
        return active.isFrameUsed(frame) || frames.isAt(frame);
    }

    // What others do with the guest's frames.

    /** {@code GNTTABOP_map_grant_ref} of Domain 0: see {@link GrantMappings#map(GrantRef, boolean)}. */
    public synchronized MemorySegment map(GrantRef ref, boolean write) {
        MemorySegment frame = memory.frame(new FrameNumber(beginMapping(ref.value(), write)));
        return write ? frame : frame.asReadOnly();
    }

    /** The same, for one of many. */
    synchronized void map(int ref, boolean write, FrameList into) {
        memory.list(beginMapping(ref, write), write, into);
    }

    private long beginMapping(int ref, boolean write) {
        if (mappings == MAX_MAPPINGS) {
            throw new GuestFault("grant " + new GrantRef(ref) + " would be one mapping too many of this domain's");
        }
        Refusal refusal = uses.begin(ref, DomainIds.DOMID_0, write, true);
        if (refusal != Refusal.NONE) {
            throw new GuestFault("grant " + new GrantRef(ref) + " " + refusal.text());
        }
        mappings++;
        return active.get(ref).frame();
    }

    /** Ends one mapping of an entry: {@code GNTTABOP_unmap_grant_ref} of Domain 0. */
    synchronized void unmap(int ref, boolean write) {
        if (uses.isBeyond(ref)) {
            throw new AssertionError(
                    "grant " + new GrantRef(ref) + " is beyond the grant table, so it was never mapped");
        }
        uses.end(ref, write);
        mappings--;
    }

    /** How many mappings Domain 0 has. */
    public synchronized int mappings() {
        return mappings;
    }

    /** How many uses of entries there are: mappings, and copies at this moment. */
    public synchronized int uses() {
        return active.uses();
    }

    /** Waits for the copies of others to end, and lets nobody in any more. The domain's own threads have ended. */
    public synchronized void destroy() {
        destroyed = true;
        boolean interrupted = false;
        while (copies > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link GrantUses#copyAtOnce}; false, too, if the domain is gone. */
    synchronized boolean copyAtOnce(int ref, boolean write, int offset, MemorySegment buffer, long at, int length) {
        return !destroyed && uses.copyAtOnce(ref, write, offset, buffer, at, length);
    }

    /**
     * Begins a use of an entry by a copy. The domain that a transitive entry names must grant that, too, and is asked without this
     * table's lock.
     *
     * @param access is told what it may copy, if the answer is {@link Refusal#NONE}, and gives back just that
     * @param mayBePassedOn whether the entry may be a transitive one
     */
    Refusal acquireForCopy(GrantAccess access, int ref, int grantee, boolean write, boolean mayBePassedOn) {
        int fromDomid;
        int fromRef;
        synchronized (this) {
            if (destroyed) {
                return Refusal.DOMAIN_GONE;
            }
            boolean transitive = uses.isTransitive(ref);
            Refusal refusal = transitive
                    ? uses.beginPassingOn(ref, grantee, write, mayBePassedOn)
                    : uses.begin(ref, grantee, write, false);
            if (refusal != Refusal.NONE) {
                return refusal;
            }
            copies++;
            Active used = active.get(ref);
            if (!transitive) {
                access.taken(memory, used.frame(), used.start(), used.length());
                access.takenFrom(this, ref, write);
                return Refusal.NONE;
            }
            fromDomid = used.fromDomid();
            fromRef = used.fromRef();
        }
        GrantTable from = others.find(fromDomid);
        Refusal refusal =
                from == null ? Refusal.NOT_TRANSITIVE : from.acquireForCopy(access, fromRef, domid, write, false);
        if (refusal == Refusal.NONE) {
            access.passedOn(this, ref);
        } else {
            releaseAfterCopy(ref, write);
        }
        return refusal;
    }

    synchronized void releaseAfterCopy(int ref, boolean write) {
        uses.end(ref, write);
        if (--copies == 0 && destroyed) {
            notifyAll();
        }
    }
}
