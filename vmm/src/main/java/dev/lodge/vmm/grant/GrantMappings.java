package dev.lodge.vmm.grant;

import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GrantTableAbi;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What one connection of a back end in Domain 0 has mapped of its front end's memory: rings, and frames of requests, for
 * one request or for good (persistent grants). Closed with the connection, which gives all of it back.
 *
 * <p>Belongs to the back end's thread.
 */
public final class GrantMappings implements AutoCloseable {

    private final GrantTable table;
    private final GrantAccess copying = new GrantAccess();
    private int[] mapped = new int[16]; // ref << 1 | write, the first count of them
    private int count;

    /** None yet. */
    public GrantMappings(GrantTable table) {
        this.table = table;
    }

    /**
     * Maps a frame: {@code GNTTABOP_map_grant_ref} of Domain 0.
     *
     * @return the frame's bytes, not a copy; read-only unless {@code write}
     * @throws GuestFault if the entry does not grant that; the reason names it
     */
    public MemorySegment map(GrantRef ref, boolean write) {
        MemorySegment frame = table.map(ref, write);
        if (count == mapped.length) {
            mapped = Arrays.copyOf(mapped, 2 * count);
        }
        mapped[count++] = key(ref, write);
        return frame;
    }

    /** Gives back one mapping: {@code GNTTABOP_unmap_grant_ref} of Domain 0. It must be one of these. */
    public void unmap(GrantRef ref, boolean write) {
        int key = key(ref, write);
        for (int i = count - 1; i >= 0; i--) {
            if (mapped[i] == key) {
                mapped[i] = mapped[--count];
                table.unmap(ref, write);
                return;
            }
        }
        throw new IllegalStateException("grant " + ref + " is not mapped by this connection");
    }

    /**
     * Copies from a frame without mapping it: {@code GNTTABOP_copy} of Domain 0, which sub-page and transitive grants
     * allow, too.
     *
     * @param offset from the start of the frame
     * @throws GuestFault if the entry does not grant that
     */
    public void read(GrantRef ref, int offset, MemorySegment into, long at, int length) {
        acquire(ref, false);
        int status = copying.copyTo(into, at, offset, length);
        copying.release();
        check(ref, status);
    }

    /**
     * Copies to a frame without mapping it.
     *
     * @param offset from the start of the frame
     * @throws GuestFault if the entry does not grant that
     */
    public void write(GrantRef ref, int offset, MemorySegment from, long at, int length) {
        acquire(ref, true);
        int status = copying.copyFrom(from, at, offset, length);
        copying.release();
        check(ref, status);
    }

    private void acquire(GrantRef ref, boolean write) {
        Refusal refusal = table.acquireForCopy(copying, ref.value(), DomainIds.DOMID_0, write, true);
        if (refusal != Refusal.NONE) {
            throw new GuestFault("grant " + ref + " " + refusal.text());
        }
    }

    private static void check(GrantRef ref, int status) {
        if (status != GrantTableAbi.GNTST_okay) {
            throw new GuestFault("grant " + ref + " does not cover what was to be copied");
        }
    }

    /** How many mappings there are. */
    public int count() {
        return count;
    }

    /** Gives back all. */
    @Override
    public void close() {
        while (count > 0) {
            int key = mapped[--count];
            table.unmap(new GrantRef(key >>> 1), (key & 1) != 0);
        }
    }

    private static int key(GrantRef ref, boolean write) {
        return ref.value() << 1 | (write ? 1 : 0);
    }
}
