package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_readonly;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_sub_page;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_type_mask;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GrantTableAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The grant table of one domain, version 1: entries of flags, domain and frame, in frames that the guest places by {@code
 * XENMEM_add_to_physmap} and shares with Domain 0.
 *
 * <p>The guest writes entries at any moment, also while they are read: an entry's flags and domain are taken in one read,
 * checked, and the use is recorded in them by one compare-and-set, so that what was checked is what is used.
 *
 * <p>Lock: this object guards the list of frames and the counts of mappings.
 */
public final class GrantTable {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static final int ENTRIES_PER_FRAME = FrameNumber.FRAME_SIZE / GrantTableAbi.SIZEOF_entry_v1;
    private static final int FRAME_OFFSET = 4;
    private static final int GIVE_UP_AFTER = 16; // compare-and-sets lost to a guest that keeps changing the entry

    private final GuestMemory memory;
    private final @Nullable MemorySegment[] frames;
    private final int[] reservedFrames; // entries that Xen's tools fill beforehand: grant -> frame
    private final int[] readers;
    private final int[] writers;
    private int frameCount = 1;

    /**
     * An empty table.
     *
     * @param maxFrames how far the guest may let it grow
     * @param consoleFrame what entry GNTTAB_RESERVED_CONSOLE grants to Domain 0 from the start
     * @param xenstoreFrame what entry GNTTAB_RESERVED_XENSTORE grants to Domain 0 from the start
     */
    public GrantTable(GuestMemory memory, int maxFrames, FrameNumber consoleFrame, FrameNumber xenstoreFrame) {
        this.memory = memory;
        frames = new @Nullable MemorySegment[maxFrames];
        readers = new int[maxFrames * ENTRIES_PER_FRAME];
        writers = new int[maxFrames * ENTRIES_PER_FRAME];
        reservedFrames = new int[2];
        reservedFrames[GrantTableAbi.GNTTAB_RESERVED_CONSOLE] = (int) consoleFrame.value();
        reservedFrames[GrantTableAbi.GNTTAB_RESERVED_XENSTORE] = (int) xenstoreFrame.value();
    }

    /** How many frames the table has now: {@code nr_frames} of {@code GNTTABOP_query_size}. */
    public synchronized int frameCount() {
        return frameCount;
    }

    /** How many frames it may have. */
    public int maxFrameCount() {
        return frames.length;
    }

    /**
     * Puts a frame of the table at a frame of the guest, with what it held.
     *
     * @return whether there is such a frame in a table of this size
     * @throws GuestFault if the guest's frame is not RAM
     */
    public synchronized boolean place(int index, FrameNumber where) {
        if (index < 0 || index >= frames.length) {
            return false;
        }
        MemorySegment place = memory.frame(where);
        MemorySegment old = frames[index];
        if (old != null) {
            MemorySegment.copy(old, 0, place, 0, place.byteSize());
        } else {
            place.fill((byte) 0);
            if (index == 0) {
                for (int ref = 0; ref < reservedFrames.length; ref++) {
                    long entry = (long) ref * GrantTableAbi.SIZEOF_entry_v1;
                    place.set(ValueLayout.JAVA_INT, entry + FRAME_OFFSET, reservedFrames[ref]);
                    INT.setRelease(place, entry, GTF_permit_access | DomainIds.DOMID_0 << Short.SIZE);
                }
            }
        }
        frames[index] = place;
        frameCount = Math.max(frameCount, index + 1);
        return true;
    }

    /** Lets the table have {@code count} frames: {@code GNTTABOP_setup_table}; false beyond the limit. */
    public synchronized boolean grow(int count) {
        if (count < 0 || count > frames.length) {
            return false;
        }
        frameCount = Math.max(frameCount, count);
        return true;
    }

    /**
     * Maps the frame that an entry grants to Domain 0: {@code GNTTABOP_map_grant_ref} of Domain 0. The entry shows the
     * use ({@code GTF_reading}, {@code GTF_writing}) until it is {@linkplain #unmap unmapped} as often as it was mapped.
     *
     * @param write whether the back end will write to it
     * @return the frame's bytes, not a copy
     * @throws GuestFault if the entry does not grant that; the reason names it
     */
    public synchronized MemorySegment map(GrantRef ref, boolean write) {
        MemorySegment table = frameOf(ref);
        long entry = offsetOf(ref);
        int use = write ? GTF_reading | GTF_writing : GTF_reading;
        for (int attempt = 0; attempt < GIVE_UP_AFTER; attempt++) {
            int word = (int) INT.getVolatile(table, entry);
            int flags = word & 0xffff;
            int grantee = word >>> Short.SIZE;
            if ((flags & GTF_type_mask) != GTF_permit_access || (flags & GTF_sub_page) != 0) {
                throw new GuestFault("grant " + ref + " grants no access to a whole frame (flags " + flags + ")");
            }
            if (grantee != DomainIds.DOMID_0) {
                throw new GuestFault("grant " + ref + " is for domain " + grantee + ", not for domain 0");
            }
            if (write && (flags & GTF_readonly) != 0) {
                throw new GuestFault("grant " + ref + " is read-only");
            }
            int frame = (int) INT.getVolatile(table, entry + FRAME_OFFSET);
            MemorySegment mapped = memory.frame(new FrameNumber(Integer.toUnsignedLong(frame)));
            if (INT.compareAndSet(table, entry, word, word | use)) {
                readers[ref.value()]++;
                if (write) {
                    writers[ref.value()]++;
                }
                return mapped;
            }
        }
        throw new GuestFault("grant " + ref + " changes all the time");
    }

    /** Ends one mapping of an entry: {@code GNTTABOP_unmap_grant_ref} of Domain 0. */
    public synchronized void unmap(GrantRef ref, boolean write) {
        MemorySegment table = frameOf(ref);
        int used = 0;
        if (write && --writers[ref.value()] == 0) {
            used |= GTF_writing;
        }
        if (--readers[ref.value()] == 0) {
            used |= GTF_reading;
        }
        if (used != 0) {
            INT.getAndBitwiseAnd(table, offsetOf(ref), ~used);
        }
    }

    private MemorySegment frameOf(GrantRef ref) {
        int index = ref.value() / ENTRIES_PER_FRAME;
        MemorySegment frame = ref.value() >= 0 && index < frames.length ? frames[index] : null;
        if (frame == null) {
            throw new GuestFault("grant " + ref + " is beyond the grant table");
        }
        return frame;
    }

    private static long offsetOf(GrantRef ref) {
        return (long) (ref.value() % ENTRIES_PER_FRAME) * GrantTableAbi.SIZEOF_entry_v1;
    }
}
