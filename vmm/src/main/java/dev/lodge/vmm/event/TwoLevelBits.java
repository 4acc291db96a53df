package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import dev.lodge.vmm.abi.XenErrno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The 2-level ABI's bits in memory that a domain shares: a pending and a mask bit for each port in shared_info, and in
 * each vcpu_info a selector of the words that have news and a flag that says so. Follows Xen's {@code
 * common/event_2l.c}. A 32-bit guest's bits are set by 64 of them at once, too: they stand where it looks for them.
 *
 * <p>Any thread may set bits. Each step is one atomic read-modify-write, so that of several senders just one finds that
 * the vCPU must be interrupted. The guest works from the other end: it clears the flag, takes the selector, then reads
 * pending words; a bit set after that sets the flag again.
 *
 * <p>Where the bits are may change while bits are set. A mover copies, publishes the new place, and only then collects
 * what was set in the old one; a sender sets its bit, and only then looks whether the place is still the one. Both steps
 * are full fences, so one of the two sees the other.
 */
final class TwoLevelBits implements EventAbi {

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private volatile GuestWidth width = GuestWidth.BITS_64;
    private volatile MemorySegment sharedInfo;
    private final AtomicReferenceArray<MemorySegment> vcpuInfos;
    private final boolean[] placed; // by the guest; the others lie in shared_info
    private final MemorySegment nowhere; // of vCPUs beyond those that fit, until they register their own

    /** Bits in a page of the host's own, until the guest names a better place. */
    TwoLevelBits(MemorySegment sharedInfo, int vcpus) {
        this.sharedInfo = sharedInfo;
        vcpuInfos = new AtomicReferenceArray<>(vcpus);
        placed = new boolean[vcpus];
        nowhere = vcpus > SharedInfo.LEGACY_MAX_VCPUS
                ? Arena.ofAuto().allocate(VcpuInfo.SIZE, VcpuInfo.SIZE)
                : MemorySegment.NULL;
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            vcpuInfos.set(vcpu, legacyVcpuInfo(vcpu));
        }
    }

    @Override
    public int portLimit() {
        return width.ports();
    }

    @Override
    public void bound(int port) {
        // its bits are clear
    }

    @Override
    public boolean setPending(int port, int vcpu) {
        if (port >= width.ports()) {
            return false; // bound under the FIFO ABI, and sent to while that ended
        }
        MemorySegment shared = sharedInfo;
        boolean fresh = setBit(shared, SharedInfo.evtchn_pending, port);
        for (MemorySegment now = sharedInfo; now != shared; now = sharedInfo) {
            shared = now;
            fresh = setBit(shared, SharedInfo.evtchn_pending, port);
        }
        if (!fresh || isSet(shared, width.evtchnMask(), port)) {
            return false;
        }
        select(port, vcpu);
        return true;
    }

    @Override
    public boolean unmask(int port, int vcpu) {
        if (port >= width.ports()) {
            return false;
        }
        MemorySegment shared = sharedInfo;
        long old = (long) LONG.getAndBitwiseAnd(shared, word(width.evtchnMask(), port), ~bit(port));
        boolean wasMasked = (old & bit(port)) != 0;
        if (!wasMasked || !isSet(shared, SharedInfo.evtchn_pending, port)) {
            return false;
        }
        select(port, vcpu);
        return true;
    }

    @Override
    public boolean isPending(int port) {
        return port < width.ports() && isSet(sharedInfo, SharedInfo.evtchn_pending, port);
    }

    @Override
    public void clearPending(int port) {
        if (port >= width.ports()) {
            return;
        }
        LONG.getAndBitwiseAnd(sharedInfo, word(SharedInfo.evtchn_pending, port), ~bit(port));
    }

    @Override
    public boolean isBusy(int port) {
        return false;
    }

    @Override
    public int setPriority(int port, int priority) {
        return -XenErrno.ENOSYS; // all are the same
    }

    /** Tells a vCPU, in its vcpu_info alone, that there are events. */
    void flag(int vcpu) {
        MemorySegment info;
        do {
            info = vcpuInfos.get(vcpu);
            setUpcallPending(info);
        } while (vcpuInfos.get(vcpu) != info); // it moved meanwhile
    }

    /** Whether the vCPU has been told of events that it has not looked at. */
    boolean isUpcallPending(int vcpu) {
        return ((int) INT.getVolatile(vcpuInfos.get(vcpu), (long) VcpuInfo.evtchn_upcall_pending) & 0xff) != 0;
    }

    MemorySegment vcpuInfo(int vcpu) {
        return vcpuInfos.get(vcpu);
    }

    MemorySegment sharedInfo() {
        return sharedInfo;
    }

    GuestWidth width() {
        return width;
    }

    /** The guest looks for its bits where one of this width does. What was set elsewhere stays there, as with Xen. */
    void setWidth(GuestWidth guest) {
        width = guest;
    }

    /** Whether a frame holds shared_info or a vcpu_info, so that it must stay where it is. */
    boolean occupies(MemorySegment frame) {
        if (within(frame, sharedInfo)) {
            return true;
        }
        for (int vcpu = 0; vcpu < placed.length; vcpu++) {
            if (placed[vcpu] && within(frame, vcpuInfos.get(vcpu))) {
                return true;
            }
        }
        return false;
    }

    private static boolean within(MemorySegment frame, MemorySegment place) {
        long offset = place.address() - frame.address();
        return offset >= 0 && offset < frame.byteSize();
    }

    /** Whether the guest has said where the vCPU's vcpu_info is to be. */
    boolean isPlaced(int vcpu) {
        return placed[vcpu];
    }

    /** Moves shared_info, with all it holds; vcpu_infos that lie in it move along. The place that it leaves. */
    MemorySegment moveSharedInfo(MemorySegment place) {
        MemorySegment old = sharedInfo;
        MemorySegment.copy(old, 0, place, 0, place.byteSize());
        sharedInfo = place;
        for (int vcpu = 0; vcpu < placed.length; vcpu++) {
            if (!placed[vcpu]) {
                vcpuInfos.set(vcpu, legacyVcpuInfo(vcpu));
            }
        }
        return old;
    }

    /** Takes over what was made pending in a place that shared_info has left. */
    void collectPending(MemorySegment left) {
        for (int port = 0; port < width.ports(); port += Long.SIZE) {
            long offset = word(SharedInfo.evtchn_pending, port);
            LONG.getAndBitwiseOr(sharedInfo, offset, (long) LONG.getVolatile(left, offset));
        }
    }

    /** Moves one vCPU's vcpu_info, with all it holds. */
    void moveVcpuInfo(int vcpu, MemorySegment place) {
        MemorySegment.copy(vcpuInfos.get(vcpu), 0, place, 0, VcpuInfo.SIZE);
        placed[vcpu] = true;
        vcpuInfos.set(vcpu, place);
    }

    /**
     * Tells a vCPU of a port again, if that is pending and not masked.
     *
     * @return whether it has to be interrupted
     */
    boolean renew(int port, int vcpu) {
        MemorySegment shared = sharedInfo;
        boolean news = isSet(shared, SharedInfo.evtchn_pending, port) && !isSet(shared, width.evtchnMask(), port);
        if (news) {
            select(port, vcpu);
        }
        return news;
    }

    /**
     * Says that a port's word has news. Other than with Xen, the vCPU is interrupted also if it has been told before: its
     * local APIC may have been off then, which KVM's drops an interrupt for and Xen's does not, and a vCPU that is told
     * but never interrupted sleeps for ever.
     */
    private void select(int port, int vcpu) {
        MemorySegment info;
        do {
            info = vcpuInfos.get(vcpu);
            selectWord(info, port);
            setUpcallPending(info);
        } while (vcpuInfos.get(vcpu) != info); // it moved meanwhile
    }

    private void selectWord(MemorySegment info, int port) {
        GuestWidth now = width;
        long selector = now.pendingSelector();
        if (now == GuestWidth.BITS_64) {
            LONG.getAndBitwiseOr(info, selector, 1L << port / Long.SIZE);
        } else {
            INT.getAndBitwiseOr(info, selector, 1 << port / Integer.SIZE);
        }
    }

    /** The flag is one byte; bytes have no atomic operations here, so this sets it in the word that it begins. */
    private static void setUpcallPending(MemorySegment info) {
        INT.getAndBitwiseOr(info, (long) VcpuInfo.evtchn_upcall_pending, 1);
    }

    private MemorySegment legacyVcpuInfo(int vcpu) {
        return vcpu < SharedInfo.LEGACY_MAX_VCPUS
                ? sharedInfo.asSlice(SharedInfo.vcpu_info + (long) vcpu * VcpuInfo.SIZE, VcpuInfo.SIZE)
                : nowhere;
    }

    private static boolean setBit(MemorySegment shared, int base, int port) {
        long old = (long) LONG.getAndBitwiseOr(shared, word(base, port), bit(port));
        return (old & bit(port)) == 0;
    }

    private static boolean isSet(MemorySegment shared, int base, int port) {
        return ((long) LONG.getVolatile(shared, word(base, port)) & bit(port)) != 0;
    }

    private static long word(int base, int port) {
        return base + (long) (port >>> 6) * Long.BYTES;
    }

    private static long bit(int port) {
        return 1L << (port & 63);
    }
}
