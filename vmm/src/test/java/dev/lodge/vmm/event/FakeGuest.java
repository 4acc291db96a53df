package dev.lodge.vmm.event;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** The guest's end of the 2-level ABI, written after Linux's {@code drivers/xen/events/events_2l.c}. */
public final class FakeGuest {

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private volatile MemorySegment shared;
    private final MemorySegment[] infos;

    /** A guest whose vcpu_infos lie in shared_info. */
    public FakeGuest(MemorySegment shared, int vcpus) {
        this.shared = shared;
        infos = new MemorySegment[vcpus];
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            infos[vcpu] = shared.asSlice((long) vcpu * VcpuInfo.SIZE, VcpuInfo.SIZE);
        }
    }

    /** A frame for shared_info. */
    public static MemorySegment frame() {
        return Arena.ofAuto().allocate(4096, 4096);
    }

    /** The guest uses another page for shared_info from now on, and vcpu_infos in it. */
    public void useSharedInfo(MemorySegment place) {
        shared = place;
        for (int vcpu = 0; vcpu < Math.min(infos.length, SharedInfo.LEGACY_MAX_VCPUS); vcpu++) {
            infos[vcpu] = place.asSlice((long) vcpu * VcpuInfo.SIZE, VcpuInfo.SIZE);
        }
    }

    /** The guest uses another place for a vCPU's vcpu_info from now on. */
    public void useVcpuInfo(int vcpu, MemorySegment place) {
        infos[vcpu] = place;
    }

    /** Masks a port. */
    public void mask(int port) {
        LONG.getAndBitwiseOr(shared, word(GuestWidth.BITS_64.evtchnMask(), port), 1L << port);
    }

    /** Whether a port is masked. */
    public boolean isMasked(int port) {
        return ((long) LONG.getVolatile(shared, word(GuestWidth.BITS_64.evtchnMask(), port)) & 1L << port) != 0;
    }

    /** Whether a port's pending bit is set. */
    public boolean isPending(int port) {
        return ((long) LONG.getVolatile(shared, word(SharedInfo.evtchn_pending, port)) & 1L << port) != 0;
    }

    /** Whether a vCPU has been told that there are events. */
    public boolean isTold(int vcpu) {
        return ((int) INT.getVolatile(infos[vcpu], (long) VcpuInfo.evtchn_upcall_pending) & 0xff) != 0;
    }

    /** The words that a vCPU has been told to look at. */
    public long selector(int vcpu) {
        return (long) LONG.getVolatile(infos[vcpu], (long) GuestWidth.BITS_64.pendingSelector());
    }

    /** What a vCPU does in its upcall: clears the flag, takes the selector, and takes all that is pending and not masked. */
    public List<Integer> handleUpcall(int vcpu) {
        List<Integer> ports = new ArrayList<>();
        MemorySegment info = infos[vcpu];
        while (((int) INT.getVolatile(info, (long) VcpuInfo.evtchn_upcall_pending) & 0xff) != 0) {
            INT.getAndBitwiseAnd(info, (long) VcpuInfo.evtchn_upcall_pending, ~0xff);
            long words = (long) LONG.getAndSet(info, (long) GuestWidth.BITS_64.pendingSelector(), 0L);
            for (; words != 0; words &= words - 1) {
                int word = Long.numberOfTrailingZeros(words);
                long offset = (long) word * Long.BYTES;
                long mask = (long) LONG.getVolatile(shared, GuestWidth.BITS_64.evtchnMask() + offset);
                long pending = (long) LONG.getVolatile(shared, SharedInfo.evtchn_pending + offset) & ~mask;
                for (; pending != 0; pending &= pending - 1) {
                    int port = word * Long.SIZE + Long.numberOfTrailingZeros(pending);
                    LONG.getAndBitwiseAnd(shared, SharedInfo.evtchn_pending + offset, ~(1L << port));
                    ports.add(port);
                }
            }
        }
        return ports;
    }

    private static long word(int base, int port) {
        return base + (long) (port >>> 6) * Long.BYTES;
    }
}
