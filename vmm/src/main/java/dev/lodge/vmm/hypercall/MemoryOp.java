package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_memory_op(cmd, arg)}: where shared frames appear in the guest, and what memory it has ({@code
 * xen/include/public/memory.h}).
 */
final class MemoryOp implements Hypercall {

    private static final int COMMAND_MASK = 0x3f; // the rest says where a long operation goes on: MEMOP_EXTENT_SHIFT

    @Override
    public long call(Caller caller, long command, long argument, long a3, long a4, long a5) {
        return switch ((int) command & COMMAND_MASK) {
            case XENMEM_add_to_physmap -> addToPhysmap(caller, argument);
            case XENMEM_memory_map -> memoryMap(caller, argument);
            case XENMEM_current_reservation, XENMEM_maximum_reservation -> {
                int domid =
                        Short.toUnsignedInt(caller.read(argument, Short.BYTES).get(ValueLayout.JAVA_SHORT, 0));
                yield isSelf(caller, domid) ? caller.domain().frameCount() : -EPERM;
            }
            default -> -ENOSYS;
        };
    }

    private static long addToPhysmap(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_add_to_physmap);
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
        int space = copy.get(ValueLayout.JAVA_INT, 4);
        long index = copy.get(ValueLayout.JAVA_LONG, 8);
        FrameNumber frame = new FrameNumber(copy.get(ValueLayout.JAVA_LONG, 16));
        if (!isSelf(caller, domid)) {
            return -EPERM;
        }
        GuestDomain domain = caller.domain();
        boolean exists =
                switch (space) {
                    case XENMAPSPACE_shared_info -> index == 0;
                    case XENMAPSPACE_grant_table ->
                        index >= 0 && index < domain.grants().maxFrameCount();
                    default -> false;
                };
        if (!exists || !domain.addFrame(frame)) {
            return -EINVAL;
        }
        if (space == XENMAPSPACE_shared_info) {
            domain.placeSharedInfo(frame);
        } else {
            domain.grants().place((int) index, frame);
        }
        return 0;
    }

    private static long memoryMap(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_memory_map);
        int room = copy.get(ValueLayout.JAVA_INT, 0);
        long buffer = copy.get(ValueLayout.JAVA_LONG, 8);
        byte[] map = caller.domain().memoryMap();
        int entries = map.length / SIZEOF_e820_entry;
        if (Integer.compareUnsigned(room, entries) < 0) {
            return -EINVAL;
        }
        MemorySegment.copy(map, 0, caller.answer(), ValueLayout.JAVA_BYTE, 0, map.length);
        caller.write(buffer, map.length);
        caller.answer().set(ValueLayout.JAVA_INT, 0, entries);
        caller.write(argument, Integer.BYTES);
        return 0;
    }

    private static boolean isSelf(Caller caller, int domid) {
        return domid == DomainIds.DOMID_SELF || domid == caller.domain().domid();
    }
}
