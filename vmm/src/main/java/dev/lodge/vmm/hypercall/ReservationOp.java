package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.MemoryAbi.XENMEMF_populate_on_demand;
import static dev.lodge.vmm.abi.MemoryAbi.XENMEM_decrease_reservation;
import static dev.lodge.vmm.abi.MemoryAbi.XENMEM_increase_reservation;
import static dev.lodge.vmm.abi.MemoryAbi.xen_memory_reservation;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.memory.Reservation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a balloon asks for: {@code struct xen_memory_reservation}. The answer is how many extents were dealt with, whatever
 * went wrong with the next.
 */
final class ReservationOp {

    /** What the caller's place holds. Of large extents fewer, since a pause of the domain waits for them, too. */
    private static final int FRAMES_AT_ONCE = 512;

    private static final long MOST_EXTENTS = 0xffff_ffffL >>> MemoryOp.EXTENT_SHIFT;

    private static final int EXTENT_START = 0;
    private static final int NR_EXTENTS = 8;
    private static final int EXTENT_ORDER = 16;
    private static final int MEM_FLAGS = 20;
    private static final int ADDRESS_BITS = 0xff; // of mem_flags
    private static final int DOMID = 24;
    private static final int PAGE_SHIFT = 12;

    private ReservationOp() {}

    /**
     * Increases, decreases or populates.
     *
     * @param done extents that were dealt with before
     */
    static long adjust(Caller caller, int operation, long done, long argument) {
        MemorySegment copy;
        try {
            copy = caller.read(argument, xen_memory_reservation);
        } catch (XenErrno unreadable) {
            return done;
        }
        long list = copy.get(ValueLayout.JAVA_LONG, EXTENT_START);
        long count = copy.get(ValueLayout.JAVA_LONG, NR_EXTENTS);
        int order = copy.get(ValueLayout.JAVA_INT, EXTENT_ORDER);
        int flags = copy.get(ValueLayout.JAVA_INT, MEM_FLAGS);
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, DOMID));
        int addressBits = flags & ADDRESS_BITS;
        boolean valid = Long.compareUnsigned(count, MOST_EXTENTS) <= 0
                && Integer.compareUnsigned(order, Reservation.MAX_ORDER) <= 0
                && (flags & XENMEMF_populate_on_demand) == 0
                && (addressBits == 0 || addressBits > PAGE_SHIFT)
                && caller.isSelf(domid);
        if (!valid || done >= count) {
            return done;
        }
        if (operation == XENMEM_increase_reservation) {
            return done + caller.domain().reservation().increase((int) (count - done), order);
        }
        return adjustAll(caller, operation, list, done, count, order);
    }

    private static long adjustAll(Caller caller, int operation, long list, long from, long count, int order) {
        Reservation reservation = caller.domain().reservation();
        long done = from;
        while (done < count && caller.goesOn()) {
            long at = list + done * caller.width().longBytes();
            int wanted = (int) Math.min(count - done, FRAMES_AT_ONCE >> order);
            int readable = read(caller, at, wanted);
            MemorySegment extents = caller.answer();
            int adjusted = operation == XENMEM_decrease_reservation
                    ? reservation.decrease(extents, readable, order)
                    : reservation.populate(extents, readable, order);
            done += adjusted;
            if (adjusted < wanted) {
                return done;
            }
        }
        return done;
    }

    /** Copies the next extents; how many can be, since Xen deals with those before the first that cannot. */
    private static int read(Caller caller, long address, int wanted) {
        try {
            caller.readLongs(address, wanted);
            return wanted;
        } catch (XenErrno unreadable) {
            int onFirstPage = (FrameNumber.FRAME_SIZE - (int) (address & FrameNumber.FRAME_SIZE - 1))
                    / caller.width().longBytes();
            if (onFirstPage >= wanted) {
                return 0;
            }
            return onFirstPage == 0 ? 0 : read(caller, address, onFirstPage);
        }
    }
}
