package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The 2-level ABI's bits in memory that a domain shares: a pending and a mask bit for each port in shared_info, and in
 * each vcpu_info a selector of the words that have news and a flag that says so. Follows Xen's {@code
 * common/event_2l.c}.
 *
 * <p>Any thread may set bits. Each step is one atomic read-modify-write, so that of several senders just one finds that
 * the vCPU must be interrupted. The guest works from the other end: it clears the flag, takes the selector, then reads
 * pending words; a bit set after that sets the flag again.
 */
final class TwoLevelBits {

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static final int WORDS = 64;

    private volatile MemorySegment sharedInfo;
    private final MemorySegment[] vcpuInfos;

    /** Bits in a page of the host's own, until the guest names a better place. */
    TwoLevelBits(MemorySegment sharedInfo, int vcpus) {
        this.sharedInfo = sharedInfo;
        vcpuInfos = new MemorySegment[vcpus];
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            // Beyond the 32 that fit, vCPUs share a place nobody looks at until they register their own.
            vcpuInfos[vcpu] = legacyVcpuInfo(Math.min(vcpu, SharedInfo.LEGACY_MAX_VCPUS - 1));
        }
    }

    /**
     * Makes a port pending.
     *
     * @return whether the vCPU has to be interrupted
     */
    boolean setPending(int port, int vcpu) {
        MemorySegment shared = sharedInfo;
        if (!setBit(shared, SharedInfo.evtchn_pending, port) || isSet(shared, SharedInfo.evtchn_mask, port)) {
            return false;
        }
        return select(port, vcpu);
    }

    /**
     * Clears a port's mask.
     *
     * @return whether the vCPU has to be interrupted, as the port was pending behind it
     */
    boolean unmask(int port, int vcpu) {
        MemorySegment shared = sharedInfo;
        long old = (long) LONG.getAndBitwiseAnd(shared, word(SharedInfo.evtchn_mask, port), ~bit(port));
        boolean wasMasked = (old & bit(port)) != 0;
        return wasMasked && isSet(shared, SharedInfo.evtchn_pending, port) && select(port, vcpu);
    }

    boolean isPending(int port) {
        return isSet(sharedInfo, SharedInfo.evtchn_pending, port);
    }

    void clearPending(int port) {
        LONG.getAndBitwiseAnd(sharedInfo, word(SharedInfo.evtchn_pending, port), ~bit(port));
    }

    /** Whether the vCPU has been told of events that it has not looked at. */
    boolean isUpcallPending(int vcpu) {
        return ((int) INT.getVolatile(vcpuInfos[vcpu], (long) VcpuInfo.evtchn_upcall_pending) & 0xff) != 0;
    }

    MemorySegment vcpuInfo(int vcpu) {
        return vcpuInfos[vcpu];
    }

    MemorySegment sharedInfo() {
        return sharedInfo;
    }

    /** Moves shared_info, with all it holds; vcpu_infos that lie in it move along. */
    void moveSharedInfo(MemorySegment place) {
        MemorySegment old = sharedInfo;
        MemorySegment.copy(old, 0, place, 0, place.byteSize());
        boolean[] legacy = new boolean[vcpuInfos.length];
        for (int vcpu = 0; vcpu < vcpuInfos.length; vcpu++) {
            long offset = vcpuInfos[vcpu].address() - old.address();
            legacy[vcpu] = offset >= 0 && offset < old.byteSize();
        }
        sharedInfo = place;
        for (int vcpu = 0; vcpu < vcpuInfos.length; vcpu++) {
            if (legacy[vcpu]) {
                vcpuInfos[vcpu] = legacyVcpuInfo(Math.min(vcpu, SharedInfo.LEGACY_MAX_VCPUS - 1));
            }
        }
        // Bits that a sender set in the old place after the copy.
        for (int word = 0; word < WORDS; word++) {
            long offset = SharedInfo.evtchn_pending + (long) word * Long.BYTES;
            LONG.getAndBitwiseOr(place, offset, (long) LONG.getVolatile(old, offset));
        }
    }

    /**
     * Moves one vCPU's vcpu_info. All words with something pending count as news afterwards, so that what a sender did
     * in the old place after it was copied is not lost.
     *
     * @return whether the vCPU has to be interrupted
     */
    boolean moveVcpuInfo(int vcpu, MemorySegment place) {
        MemorySegment.copy(vcpuInfos[vcpu], 0, place, 0, VcpuInfo.SIZE);
        vcpuInfos[vcpu] = place;
        long news = 0;
        for (int word = 0; word < WORDS; word++) {
            long offset = (long) word * Long.BYTES;
            long pending = (long) LONG.getVolatile(sharedInfo, SharedInfo.evtchn_pending + offset);
            long mask = (long) LONG.getVolatile(sharedInfo, SharedInfo.evtchn_mask + offset);
            if ((pending & ~mask) != 0) {
                news |= 1L << word;
            }
        }
        if (news == 0) {
            return false;
        }
        LONG.getAndBitwiseOr(place, (long) VcpuInfo.evtchn_pending_sel, news);
        setUpcallPending(place);
        return true;
    }

    /**
     * Says that a port's word has news. As KVM does, and other than Xen, the vCPU is interrupted also if it has been told
     * of other words: its local APIC may have been off then, and have dropped the interrupt.
     */
    private boolean select(int port, int vcpu) {
        MemorySegment info = vcpuInfos[vcpu];
        long selector = 1L << (port >>> 6);
        long old = (long) LONG.getAndBitwiseOr(info, (long) VcpuInfo.evtchn_pending_sel, selector);
        if ((old & selector) != 0) {
            return false;
        }
        setUpcallPending(info);
        return true;
    }

    /** The flag is one byte; bytes have no atomic operations here, so this sets it in the word that it begins. */
    private static void setUpcallPending(MemorySegment info) {
        INT.getAndBitwiseOr(info, (long) VcpuInfo.evtchn_upcall_pending, 1);
    }

    private MemorySegment legacyVcpuInfo(int index) {
        return sharedInfo.asSlice(SharedInfo.vcpu_info + (long) index * VcpuInfo.SIZE, VcpuInfo.SIZE);
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
