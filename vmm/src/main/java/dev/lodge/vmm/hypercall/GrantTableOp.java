package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.grant.GrantTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_grant_table_op(cmd, args, count)}: the caller's own table, copies between domains, and mappings, which
 * no guest gets ({@code xen/include/public/grant_table.h}).
 *
 * <p>The operations are those that Xen 4.17 lets an HVM or PVH guest make; the others it answers with ENOSYS. A guest is one
 * whose {@code max_maptrack_frames} is 0, so that it has no place to note a mapping: GNTST_no_space. Why: decision 8.
 */
final class GrantTableOp implements Hypercall {

    private static final int BAD_HANDLE_STATUS = 20;
    private static final long NOT_PLACED = -1;

    @Override
    public long call(Caller caller, long command, long argument, long count, long a4, long a5) {
        int number = (int) count;
        return switch ((int) command) {
            case GNTTABOP_copy -> number < 0 ? -EINVAL : GrantCopy.copyAll(caller, argument, number);
            case GNTTABOP_query_size -> number != 1 ? -EINVAL : querySize(caller, argument);
            case GNTTABOP_setup_table -> number != 1 ? -EINVAL : setupTable(caller, argument);
            case GNTTABOP_set_version -> number < 0 ? -EINVAL : setVersion(caller, argument);
            case GNTTABOP_get_version -> number < 0 ? -EINVAL : getVersion(caller, argument);
            case GNTTABOP_swap_grant_ref -> number < 0 ? -EINVAL : swapAll(caller, argument, number);
            case GNTTABOP_map_grant_ref -> number < 0 ? -EINVAL : mapAll(caller, argument, number);
            case GNTTABOP_unmap_grant_ref -> number < 0 ? -EINVAL : unmapAll(caller, argument, number);
            default -> -ENOSYS;
        };
    }

    private static long querySize(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_query_size);
        int status = maySee(caller, u16(copy, 0));
        if (status == GNTST_okay) {
            GrantTable grants = caller.domain().grants();
            copy.set(ValueLayout.JAVA_INT, 4, grants.frameCount());
            copy.set(ValueLayout.JAVA_INT, 8, grants.maxFrameCount());
        }
        copy.set(ValueLayout.JAVA_SHORT, 12, (short) status);
        caller.write(argument, SIZEOF_query_size);
        return 0;
    }

    private static long setupTable(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, gnttab_setup_table);
        int frames = copy.get(ValueLayout.JAVA_INT, 4);
        long list = copy.get(ValueLayout.JAVA_LONG, 16);
        int status = maySee(caller, u16(copy, 0));
        if (status == GNTST_okay) {
            status = caller.domain().grants().grow(frames) ? tellPlaces(caller, list, frames) : GNTST_general_error;
        }
        return answerStatus(caller, argument, 8, status);
    }

    /** Where the guest has placed its table's frames: it does that itself, by XENMEM_add_to_physmap. */
    private static int tellPlaces(Caller caller, long list, int frames) {
        for (int i = 0; i < frames; i++) {
            long place = caller.domain().grants().placeOf(i);
            try {
                caller.writeLong(list, i, place < 0 ? NOT_PLACED : place);
            } catch (XenErrno unreachable) {
                return GNTST_bad_virt_addr;
            }
        }
        return GNTST_okay;
    }

    private static long setVersion(Caller caller, long argument) {
        int wanted = caller.read(argument, SIZEOF_set_version).get(ValueLayout.JAVA_INT, 0);
        GrantTable grants = caller.domain().grants();
        long result = wanted == 1 || wanted == 2 ? grants.setVersion(wanted) : -EINVAL;
        caller.answer().set(ValueLayout.JAVA_INT, 0, grants.version());
        caller.write(argument, SIZEOF_set_version);
        return result;
    }

    private static long getVersion(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_get_version);
        if (!caller.isSelf(u16(copy, 0))) {
            return caller.otherDomain(u16(copy, 0));
        }
        copy.set(ValueLayout.JAVA_INT, 4, caller.domain().grants().version());
        caller.write(argument, 4, Integer.BYTES);
        return 0;
    }

    private static long swapAll(Caller caller, long argument, int count) {
        for (int i = 0; i < count && caller.goesOn(); i++) {
            long each = argument + (long) i * SIZEOF_swap_grant_ref;
            MemorySegment copy = caller.read(each, SIZEOF_swap_grant_ref);
            int status =
                    caller.domain().grants().swap(copy.get(ValueLayout.JAVA_INT, 0), copy.get(ValueLayout.JAVA_INT, 4));
            answerStatus(caller, each, 8, status);
        }
        return 0;
    }

    private static long mapAll(Caller caller, long argument, int count) {
        for (int i = 0; i < count && caller.goesOn(); i++) {
            long each = argument + (long) i * SIZEOF_map_grant_ref;
            MemorySegment copy = caller.read(each, SIZEOF_map_grant_ref);
            copy.set(ValueLayout.JAVA_SHORT, 18, (short) mapStatus(caller, copy));
            caller.write(each, SIZEOF_map_grant_ref);
        }
        return 0;
    }

    private static int mapStatus(Caller caller, MemorySegment copy) {
        int flags = copy.get(ValueLayout.JAVA_INT, 8);
        int domid = u16(copy, 16);
        if ((flags & (GNTMAP_device_map | GNTMAP_host_map)) == 0) {
            return GNTST_bad_gntref;
        } else if ((flags & (GNTMAP_device_map | GNTMAP_application_map | GNTMAP_contains_pte)) != 0) {
            return GNTST_general_error; // of paravirtualised guests alone
        }
        boolean exists = domid == DomainIds.DOMID_0 || caller.domain().isDomain(domid);
        return exists ? GNTST_no_space : GNTST_bad_domain;
    }

    private static long unmapAll(Caller caller, long argument, int count) {
        for (int i = 0; i < count && caller.goesOn(); i++) {
            long each = argument + (long) i * SIZEOF_unmap_grant_ref;
            caller.read(each, SIZEOF_unmap_grant_ref);
            answerStatus(caller, each, BAD_HANDLE_STATUS, GNTST_bad_handle);
        }
        return 0;
    }

    private static long answerStatus(Caller caller, long argument, int offset, int status) {
        caller.answer().set(ValueLayout.JAVA_SHORT, offset, (short) status);
        caller.write(argument, offset, Short.BYTES);
        return 0;
    }

    /** Whether the guest may ask after the table of a domain: its own. */
    private static int maySee(Caller caller, int domid) {
        if (caller.isSelf(domid)) {
            return GNTST_okay;
        }
        return caller.otherDomain(domid) == -XenErrno.EPERM ? GNTST_permission_denied : GNTST_bad_domain;
    }

    private static int u16(MemorySegment copy, int offset) {
        return Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, offset));
    }
}
