package dev.lodge.vmm.hypercall;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.VaryingStruct;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.grant.GrantAccess;
import dev.lodge.vmm.memory.GuestCopy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Who makes a hypercall: a vCPU of a domain, with a place to copy its arguments to.
 *
 * <p>One per vCPU, used by its thread only, so that a hypercall allocates nothing.
 */
public final class Caller {

    private final GuestDomain domain;
    private final int vcpu;
    private final GuestCopy guest;
    private final MemorySegment arguments;
    private final GrantAccess copySource = new GrantAccess();
    private final GrantAccess copyDestination = new GrantAccess();
    private GuestWidth width = GuestWidth.BITS_64;
    private boolean inMulticall;

    /**
     * A caller.
     *
     * @param arguments room for the largest structure a handler copies, 4 KiB
     */
    public Caller(GuestDomain domain, int vcpu, GuestCopy guest, MemorySegment arguments) {
        this.domain = domain;
        this.vcpu = vcpu;
        this.guest = guest;
        this.arguments = arguments;
    }

    GuestDomain domain() {
        return domain;
    }

    /** The number of the vCPU. */
    int vcpu() {
        return vcpu;
    }

    /**
     * Whether a hypercall that deals with many elements goes on with the next; not if the domain is ending. To be asked
     * before each, without a lock held: the vCPU may stand here for as long as the domain is paused.
     */
    boolean goesOn() {
        VcpuOp.require(domain, vcpu).giveWay();
        return !domain.isEnding();
    }

    /** How wide the code is that makes the hypercall. */
    public void setWidth(GuestWidth code) {
        width = code;
    }

    GuestWidth width() {
        return width;
    }

    /**
     * Copies a structure from the guest, of one form for all. The next copy overwrites it.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    MemorySegment read(long address, int size) {
        guest.from(address, arguments, size);
        return arguments;
    }

    /**
     * Copies a structure from the guest, into its 64-bit form. The next copy overwrites it.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    MemorySegment read(long address, VaryingStruct struct) {
        read(address, struct.size(width));
        if (width == GuestWidth.BITS_32) {
            struct.widen(arguments);
        }
        return arguments;
    }

    /**
     * Copies an array of {@code unsigned long} from the guest, each made 64 bits wide. The next copy overwrites it.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    MemorySegment readLongs(long address, int count) {
        read(address, count * width.longBytes());
        if (width == GuestWidth.BITS_32) {
            for (int i = count - 1; i >= 0; i--) {
                arguments.setAtIndex(
                        ValueLayout.JAVA_LONG,
                        i,
                        Integer.toUnsignedLong(arguments.getAtIndex(ValueLayout.JAVA_INT, i)));
            }
        }
        return arguments;
    }

    /**
     * Copies the element of an array of {@code unsigned long} from the guest.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    long readLong(long array, long index) {
        return readLongs(array + index * width.longBytes(), 1).get(ValueLayout.JAVA_LONG, 0);
    }

    /** The place of the copy, to fill an answer in. */
    MemorySegment answer() {
        return arguments;
    }

    /**
     * Copies the first bytes of the place back to the guest.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    void write(long address, int size) {
        guest.to(address, arguments, 0, size);
    }

    /**
     * Copies a part of the place back to the guest.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    void write(long address, int offset, int size) {
        guest.to(address + offset, arguments, offset, size);
    }

    /**
     * Copies the structure at the place, of the 64-bit form, back to the guest.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    void write(long address, VaryingStruct struct) {
        if (width == GuestWidth.BITS_32) {
            struct.narrow(arguments);
        }
        write(address, struct.size(width));
    }

    /**
     * Copies a member of the structure at the place back to the guest.
     *
     * @param offset where it is in the 64-bit form
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    void write(long address, VaryingStruct struct, int offset, int size) {
        guest.to(address + struct.offset(width, offset), arguments, offset, size);
    }

    /**
     * Copies the element of an array of {@code unsigned long} to the guest. Overwrites the place's start.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    void writeLong(long array, long index, long value) {
        arguments.set(ValueLayout.JAVA_LONG, 0, value);
        write(array + index * width.longBytes(), width.longBytes());
    }

    /** Whether a number in an argument means the caller's own domain. */
    boolean isSelf(int domid) {
        return domid == DomainIds.DOMID_SELF || domid == domain.domid();
    }

    /** The answer to what a guest may only do to itself: that it may not, or that there is no such domain. */
    long otherDomain(int domid) {
        return domid == DomainIds.DOMID_0 || domain.isDomain(domid) ? -XenErrno.EPERM : -XenErrno.ESRCH;
    }

    /**
     * Where a structure lies that the guest can write.
     *
     * @return its guest-physical address, or {@link VcpuUpkeep#NOWHERE} if it crosses a page or is not RAM that the
     *     guest can write
     */
    long physical(long address, int size) {
        return guest.physicalInPage(address, size);
    }

    /** Used during {@code GNTTABOP_copy}. */
    GrantAccess copySource() {
        return copySource;
    }

    /** Used during {@code GNTTABOP_copy}. */
    GrantAccess copyDestination() {
        return copyDestination;
    }

    boolean inMulticall() {
        return inMulticall;
    }

    void setInMulticall(boolean in) {
        inMulticall = in;
    }
}
