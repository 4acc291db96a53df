package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.*;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.grant.GrantAccess;
import dev.lodge.vmm.grant.GrantTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code GNTTABOP_copy}: bytes within a frame, from the caller's own or a granted one to such a one. Each copy has its
 * status; one that fails does not keep the others from being done.
 */
final class GrantCopy {

    private static final int SOURCE = 0;
    private static final int DESTINATION = 16;
    private static final int DOMID = 8;
    private static final int OFFSET = 10;
    private static final int LENGTH = 32;
    private static final int FLAGS = 34;
    private static final int STATUS = 36;

    private GrantCopy() {}

    /** Makes a list of copies; 0. */
    static long copyAll(Caller caller, long argument, int count) {
        for (int i = 0; i < count && caller.goesOn(); i++) {
            long each = argument + (long) i * gnttab_copy.size(caller.width());
            MemorySegment copy = caller.read(each, gnttab_copy);
            int status = copy(caller, copy);
            caller.answer().set(ValueLayout.JAVA_SHORT, STATUS, (short) status);
            caller.write(each, gnttab_copy, STATUS, Short.BYTES);
        }
        return 0;
    }

    private static int copy(Caller caller, MemorySegment copy) {
        int flags = u16(copy, FLAGS);
        boolean sourceIsGranted = (flags & GNTCOPY_source_gref) != 0;
        boolean destinationIsGranted = (flags & GNTCOPY_dest_gref) != 0;
        int status = checkDomain(caller, u16(copy, SOURCE + DOMID), sourceIsGranted);
        if (status == GNTST_okay) {
            status = checkDomain(caller, u16(copy, DESTINATION + DOMID), destinationIsGranted);
        }
        if (status != GNTST_okay) {
            return status;
        }
        GrantAccess from = caller.copySource();
        GrantAccess to = caller.copyDestination();
        status = take(caller, from, copy, SOURCE, sourceIsGranted, false);
        if (status != GNTST_okay) {
            return status;
        }
        status = take(caller, to, copy, DESTINATION, destinationIsGranted, true);
        if (status == GNTST_okay) {
            int fromOffset = u16(copy, SOURCE + OFFSET);
            int toOffset = u16(copy, DESTINATION + OFFSET);
            status = GrantAccess.copy(from, fromOffset, to, toOffset, u16(copy, LENGTH));
            to.release();
        }
        from.release();
        return status;
    }

    private static int checkDomain(Caller caller, int domid, boolean granted) {
        if (domid == DomainIds.DOMID_SELF) {
            return GNTST_okay;
        } else if (!granted) {
            return GNTST_permission_denied; // a frame by its number is the caller's own
        }
        return domid == DomainIds.DOMID_0 || caller.domain().isDomain(domid) ? GNTST_okay : GNTST_bad_domain;
    }

    private static int take(
            Caller caller, GrantAccess access, MemorySegment copy, int side, boolean granted, boolean write) {
        GuestDomain domain = caller.domain();
        if (!granted) {
            return access.own(domain.memory(), copy.get(ValueLayout.JAVA_LONG, side));
        }
        int domid = u16(copy, side + DOMID);
        GrantTable table = domid == DomainIds.DOMID_SELF ? domain.grants() : domain.grantsOf(domid);
        if (table == null) {
            // Domain 0 grants nothing to guests; another may have gone since it was looked for.
            return domid == DomainIds.DOMID_0 ? GNTST_general_error : GNTST_bad_domain;
        }
        return access.acquire(table, copy.get(ValueLayout.JAVA_INT, side), domain.domid(), write);
    }

    private static int u16(MemorySegment copy, int offset) {
        return Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, offset));
    }
}
