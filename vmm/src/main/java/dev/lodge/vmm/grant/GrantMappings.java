package dev.lodge.vmm.grant;

import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GrantTableAbi;
import dev.lodge.vmm.memory.FrameList;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What one connection of a back end in Domain 0 has mapped of its front end's memory: rings, and frames of requests, for
 * one request or for good (persistent grants). Closed with the connection, which gives all of it back.
 *
 * <p>Belongs to the back end's thread.
 */
public final class GrantMappings implements AutoCloseable {

    private static final int NOTHING = -1; // no entry has so large a number

    private final GrantTable table;
    private final GrantAccess copying = new GrantAccess();
    private int[] mapped = new int[16]; // by handle: ref << 1 | write, or NOTHING
    private int[] free = new int[16]; // handles, the first freeCount of them
    private int handles; // that were ever given out
    private int freeCount;

    /** None yet. */
    public GrantMappings(GrantTable table) {
        this.table = table;
    }

    /**
     * Maps a frame until the connection ends: {@code GNTTABOP_map_grant_ref} of Domain 0.
     *
     * @return the frame's bytes, not a copy; read-only unless {@code write}
     * @throws GuestFault if the entry does not grant that; the reason names it
     */
    public MemorySegment map(GrantRef ref, boolean write) {
        MemorySegment frame = table.map(ref, write);
        note(ref.value(), write);
        return frame;
    }

    /**
     * Maps a frame for a while, without a new object.
     *
     * @param ref as the guest gave it, any value
     * @param into the frame's place is added there; the place is read-only unless {@code write}
     * @return the mapping's handle, for {@link #unmap}
     * @throws GuestFault if the entry does not grant that; the reason names it
     */
    public int map(int ref, boolean write, FrameList into) {
        table.map(ref, write, into);
        return note(ref, write);
    }

    /**
     * Gives back one mapping: {@code GNTTABOP_unmap_grant_ref} of Domain 0.
     *
     * @throws IllegalStateException if it is none, or none any more
     */
    public void unmap(int handle) {
        if (handle < 0 || handle >= handles || mapped[handle] == NOTHING) {
            throw new IllegalStateException("handle " + handle + " is of no mapping of this connection");
        }
        int key = mapped[handle];
        mapped[handle] = NOTHING;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = handle;
        table.unmap(key >>> 1, (key & 1) != 0);
    }

    private int note(int ref, boolean write) {
        int handle = freeCount > 0 ? free[--freeCount] : handles++;
        if (handle == mapped.length) {
            mapped = Arrays.copyOf(mapped, 2 * handle);
        }
        mapped[handle] = ref << 1 | (write ? 1 : 0);
        return handle;
    }

    /**
     * Copies from a frame without mapping it: {@code GNTTABOP_copy} of Domain 0, which sub-page and transitive grants
     * allow, too. Without a new object.
     *
     * @param ref as the guest gave it, any value
     * @param offset from the start of the frame
     * @throws GuestFault if the entry does not grant that
     */
    public void read(int ref, int offset, MemorySegment into, long at, int length) {
        if (table.copyAtOnce(ref, false, offset, into, at, length)) {
            return;
        }
        acquire(ref, false);
        int status = copying.copyTo(into, at, offset, length);
        copying.release();
        check(ref, status);
    }

    /**
     * Copies to a frame without mapping it, or a new object.
     *
     * @param ref as the guest gave it, any value
     * @param offset from the start of the frame
     * @throws GuestFault if the entry does not grant that
     */
    public void write(int ref, int offset, MemorySegment from, long at, int length) {
        if (table.copyAtOnce(ref, true, offset, from, at, length)) {
            return;
        }
        acquire(ref, true);
        int status = copying.copyFrom(from, at, offset, length);
        copying.release();
        check(ref, status);
    }

    private void acquire(int ref, boolean write) {
        Refusal refusal = table.acquireForCopy(copying, ref, DomainIds.DOMID_0, write, true);
        if (refusal != Refusal.NONE) {
            throw new GuestFault("grant " + new GrantRef(ref) + " " + refusal.text());
        }
    }

    private static void check(int ref, int status) {
        if (status != GrantTableAbi.GNTST_okay) {
            throw new GuestFault("grant " + new GrantRef(ref) + " does not cover what was to be copied");
        }
    }

    /** How many mappings there are. */
    public int count() {
        return handles - freeCount;
    }

    /** Gives back all. */
    @Override
    public void close() {
        for (int handle = 0; handle < handles; handle++) {
            if (mapped[handle] != NOTHING) {
                unmap(handle);
            }
        }
    }
}
