package dev.lodge.vmm.hypercall;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.grant.GrantAccess;
import dev.lodge.vmm.memory.GuestCopy;
import java.lang.foreign.MemorySegment;

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

    /**
     * Copies a structure from the guest. The next copy overwrites it.
     *
     * @throws dev.lodge.vmm.abi.XenErrno EFAULT
     */
    MemorySegment read(long address, int size) {
        guest.from(address, arguments, size);
        return arguments;
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
