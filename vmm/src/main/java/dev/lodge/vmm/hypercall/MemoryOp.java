package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.memory.Reservation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_memory_op(cmd, arg)}: what memory a domain has, and what it does with it ({@code
 * xen/include/public/memory.h}; answers as Xen 4.17 gives them to a PVH guest).
 *
 * <p>Where Xen would leave a long operation and have the guest's instruction made again, it goes on here: only the calling
 * vCPU waits, and it {@linkplain Caller#goesOn gives way} to a pause, and to the domain's end.
 */
final class MemoryOp implements Hypercall {

    /** A command's bits from here on say how much of it is done: no guest needs to know, so no header has it. */
    static final int EXTENT_SHIFT = 6;

    private static final int COMMAND_MASK = (1 << EXTENT_SHIFT) - 1;
    private static final int EXTENT_ORDER = 16;
    private static final int MEM_FLAGS = 20;
    private static final int DOMID = 24;

    @Override
    public long call(Caller caller, long command, long argument, long a3, long a4, long a5) {
        int operation = (int) command & COMMAND_MASK;
        long done = command >>> EXTENT_SHIFT;
        return switch (operation) {
            case XENMEM_increase_reservation, XENMEM_decrease_reservation, XENMEM_populate_physmap ->
                ReservationOp.adjust(caller, operation, done, argument);
            case XENMEM_add_to_physmap -> PhysmapOp.add(caller, done, argument);
            case XENMEM_add_to_physmap_batch -> PhysmapOp.addBatch(caller, done, argument);
            case XENMEM_memory_map -> memoryMap(caller, argument);
            case XENMEM_get_sharing_freed_pages, XENMEM_get_sharing_shared_pages -> 0;
            // The control domain's, and what this Xen has not.
            case XENMEM_machine_memory_map,
                    XENMEM_set_memory_map,
                    XENMEM_paging_op,
                    XENMEM_access_op,
                    XENMEM_sharing_op,
                    XENMEM_acquire_resource -> -EPERM;
            case XENMEM_set_pod_target, XENMEM_get_pod_target -> -EINVAL;
            default -> done == 0 ? atOnce(caller, operation, argument) : -EINVAL;
        };
    }

    /** Operations that are never left halfway. */
    private static long atOnce(Caller caller, int operation, long argument) {
        return switch (operation) {
            case XENMEM_current_reservation, XENMEM_maximum_reservation, XENMEM_maximum_gpfn ->
                size(caller, operation, argument);
            case XENMEM_maximum_ram_page -> caller.domain().reservation().highest() + 1;
            case XENMEM_remove_from_physmap -> PhysmapOp.remove(caller, argument);
            case XENMEM_exchange -> { // PV guests' alone
                caller.read(argument, xen_memory_exchange);
                yield -EOPNOTSUPP;
            }
            case XENMEM_claim_pages -> claimPages(caller, argument);
            case XENMEM_get_vnumainfo -> -EOPNOTSUPP;
            default -> -ENOSYS;
        };
    }

    private static long size(Caller caller, int operation, long argument) {
        int domid = Short.toUnsignedInt(caller.read(argument, Short.BYTES).get(ValueLayout.JAVA_SHORT, 0));
        if (!caller.isSelf(domid)) {
            return -EPERM;
        }
        Reservation reservation = caller.domain().reservation();
        return switch (operation) {
            case XENMEM_current_reservation -> reservation.current();
            case XENMEM_maximum_reservation -> reservation.maximum();
            default -> reservation.highest();
        };
    }

    private static long memoryMap(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, xen_memory_map);
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

    /** Only a number names a domain here, and only the control domain may claim. */
    private static long claimPages(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, xen_memory_reservation);
        boolean plain = copy.get(ValueLayout.JAVA_LONG, 0) == 0
                && copy.get(ValueLayout.JAVA_INT, EXTENT_ORDER) == 0
                && copy.get(ValueLayout.JAVA_INT, MEM_FLAGS) == 0;
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, DOMID));
        return plain && domid < DomainIds.DOMID_FIRST_RESERVED ? -EPERM : -EINVAL;
    }
}
