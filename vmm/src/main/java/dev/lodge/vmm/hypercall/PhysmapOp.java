package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EACCES;
import static dev.lodge.vmm.abi.XenErrno.EDOM;
import static dev.lodge.vmm.abi.XenErrno.EILSEQ;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.rings.FrameNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where frames appear in the guest: its shared information, its grant table, and its own RAM elsewhere.
 *
 * <p>Xen's own frames are not copies: the guest's frame at that place becomes what it names. So they cannot be removed, only
 * placed anew, and RAM moves to RAM only.
 */
final class PhysmapOp {

    private static final int MOST_AT_ONCE = 0xffff;

    private PhysmapOp() {}

    /**
     * {@code XENMEM_add_to_physmap}.
     *
     * @param done frames of a range that were placed before
     */
    static long add(Caller caller, long done, long argument) {
        if (done > MOST_AT_ONCE) {
            return -EDOM;
        }
        MemorySegment copy = caller.read(argument, xen_add_to_physmap);
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
        int size = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 2));
        int space = copy.get(ValueLayout.JAVA_INT, 4);
        long index = copy.get(ValueLayout.JAVA_LONG, 8);
        long frame = copy.get(ValueLayout.JAVA_LONG, 16);
        if (space == XENMAPSPACE_gmfn_foreign) {
            return -ENOSYS;
        }
        int refusal = refusal(caller, domid, space);
        if (refusal != 0) {
            return refusal;
        }
        if (space != XENMAPSPACE_gmfn_range) {
            return addOne(caller, space, index, frame);
        }
        if (size < done) {
            return -EILSEQ;
        }
        long result = 0;
        for (long i = done; i < size && result == 0 && caller.goesOn(); i++) {
            result = addOne(caller, XENMAPSPACE_gmfn, index + i, frame + i);
        }
        return result;
    }

    /** {@code XENMEM_add_to_physmap_batch}: each frame has a result of its own. */
    static long addBatch(Caller caller, long done, long argument) {
        if (done > MOST_AT_ONCE) {
            return -EDOM;
        }
        MemorySegment copy = caller.read(argument, xen_add_to_physmap_batch);
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
        int space = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 2));
        int size = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 4));
        int reserved = copy.get(ValueLayout.JAVA_SHORT, 6);
        long indices = copy.get(ValueLayout.JAVA_LONG, 8);
        long frames = copy.get(ValueLayout.JAVA_LONG, 16);
        long errors = copy.get(ValueLayout.JAVA_LONG, 24);
        if (space == XENMAPSPACE_gmfn_range) {
            return -EOPNOTSUPP;
        }
        int refusal = refusal(caller, domid, space);
        if (refusal != 0) {
            return refusal;
        }
        if (space == XENMAPSPACE_gmfn_foreign) {
            return -EPERM; // other domains' frames are for who controls them
        }
        if (reserved != 0) {
            return -EOPNOTSUPP;
        }
        if (size < done) {
            return -EILSEQ;
        }
        for (long i = done; i < size && caller.goesOn(); i++) {
            long index = caller.readLong(indices, i);
            long frame = caller.readLong(frames, i);
            int result = addOne(caller, space, index, frame);
            caller.answer().set(ValueLayout.JAVA_INT, 0, result);
            caller.write(errors + i * Integer.BYTES, Integer.BYTES);
        }
        return 0;
    }

    private static int refusal(Caller caller, int domid, int space) {
        if (space == XENMAPSPACE_dev_mmio) {
            return -EACCES;
        }
        return caller.isSelf(domid) ? 0 : -EPERM;
    }

    private static int addOne(Caller caller, int space, long index, long number) {
        GuestDomain domain = caller.domain();
        FrameNumber frame = new FrameNumber(number);
        return switch (space) {
            case XENMAPSPACE_shared_info -> {
                if (index != 0 || !domain.addFrame(frame)) {
                    yield -EINVAL;
                }
                domain.setWidth(caller.width());
                domain.placeSharedInfo(frame);
                yield 0;
            }
            case XENMAPSPACE_grant_table -> {
                if (!domain.grants().hasFrame(index) || !domain.addFrame(frame)) {
                    yield -EINVAL;
                }
                domain.grants().place(index, frame);
                yield 0;
            }
            case XENMAPSPACE_gmfn -> domain.reservation().move(domain.memory(), index, number) ? 0 : -EINVAL;
            default -> -EINVAL;
        };
    }

    /** {@code XENMEM_remove_from_physmap}. */
    static long remove(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, xen_remove_from_physmap);
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
        long frame = copy.get(ValueLayout.JAVA_LONG, 8);
        if (!caller.isSelf(domid)) {
            return -EPERM;
        }
        return caller.domain().reservation().remove(frame) ? 0 : -ENOENT;
    }
}
