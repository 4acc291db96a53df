package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.grant.GrantTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_grant_table_op(cmd, args, count)}: the size and version of the caller's own table ({@code
 * xen/include/public/grant_table.h}). Mapping and copying of others' frames is for Domain 0, which does it in process.
 */
final class GrantTableOp implements Hypercall {

    private static final int VERSION = 1;

    @Override
    public long call(Caller caller, long command, long argument, long count, long a4, long a5) {
        if (count != 1) {
            return count == 0 ? 0 : -EINVAL; // Linux asks one thing at a time, and so must others
        }
        GrantTable grants = caller.domain().grants();
        return switch ((int) command) {
            case GNTTABOP_query_size -> {
                MemorySegment copy = caller.read(argument, SIZEOF_query_size);
                boolean self = isSelf(caller, Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0)));
                copy.set(ValueLayout.JAVA_INT, 4, self ? grants.frameCount() : 0);
                copy.set(ValueLayout.JAVA_INT, 8, self ? grants.maxFrameCount() : 0);
                copy.set(ValueLayout.JAVA_SHORT, 12, (short) (self ? GNTST_okay : GNTST_permission_denied));
                caller.write(argument, SIZEOF_query_size);
                yield 0;
            }
            case GNTTABOP_setup_table -> {
                MemorySegment copy = caller.read(argument, SIZEOF_setup_table);
                boolean self = isSelf(caller, Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0)));
                int status = !self
                        ? GNTST_permission_denied
                        : grants.grow(copy.get(ValueLayout.JAVA_INT, 4)) ? GNTST_okay : GNTST_general_error;
                copy.set(ValueLayout.JAVA_SHORT, 8, (short) status);
                caller.write(argument, SIZEOF_setup_table);
                yield 0; // an auto-translated guest places the frames itself and takes no list
            }
            case GNTTABOP_set_version -> {
                MemorySegment copy = caller.read(argument, SIZEOF_set_version);
                int wanted = copy.get(ValueLayout.JAVA_INT, 0);
                copy.set(ValueLayout.JAVA_INT, 0, VERSION);
                caller.write(argument, SIZEOF_set_version);
                yield wanted == VERSION ? 0 : wanted == 2 ? -ENOSYS : -EINVAL;
            }
            case GNTTABOP_get_version -> {
                MemorySegment copy = caller.read(argument, SIZEOF_get_version);
                if (!isSelf(caller, Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0)))) {
                    yield -EPERM;
                }
                copy.set(ValueLayout.JAVA_INT, 4, VERSION);
                caller.write(argument, SIZEOF_get_version);
                yield 0;
            }
            default -> -ENOSYS;
        };
    }

    private static boolean isSelf(Caller caller, int domid) {
        return domid == DomainIds.DOMID_SELF || domid == caller.domain().domid();
    }
}
