package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_BUSY;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_LINKED;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_MASKED;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_MAX_QUEUES;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_PENDING;
import static dev.lodge.vmm.abi.EventChannelAbi.SIZEOF_fifo_control_block;
import static dev.lodge.vmm.abi.EventChannelAbi.fifo_control_block_head;
import static dev.lodge.vmm.abi.EventChannelAbi.fifo_control_block_ready;

import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** The guest's end of the FIFO ABI, written after Linux's {@code drivers/xen/events/events_fifo.c}. */
final class FakeFifoGuest {

    static final int PENDING = 1 << EVTCHN_FIFO_PENDING;
    static final int MASKED = 1 << EVTCHN_FIFO_MASKED;
    static final int LINKED = 1 << EVTCHN_FIFO_LINKED;
    static final int BUSY = 1 << EVTCHN_FIFO_BUSY;
    static final int LINK_MASK = 0x1ffff;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment[] controls;
    private final MemorySegment[] infos;
    private final List<MemorySegment> pages = new ArrayList<>();
    private final int[][] heads;

    /** A guest whose vcpu_infos lie in shared_info, and who has not chosen the ABI yet. */
    FakeFifoGuest(MemorySegment shared, int vcpus) {
        controls = new MemorySegment[vcpus];
        infos = new MemorySegment[vcpus];
        heads = new int[vcpus][EVTCHN_FIFO_MAX_QUEUES];
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            controls[vcpu] = FakeGuest.frame().asSlice(64, SIZEOF_fifo_control_block);
            infos[vcpu] = shared.asSlice((long) vcpu * VcpuInfo.SIZE, VcpuInfo.SIZE);
        }
    }

    /** Chooses the ABI, for all vCPUs, with a page of event words, all masked as Linux has them. */
    void begin(EventChannels events) {
        for (int vcpu = 0; vcpu < controls.length; vcpu++) {
            check(events.initControl(vcpu, controls[vcpu]));
        }
        expand(events);
    }

    /** Gives a page more, its ports not masked. */
    void expand(EventChannels events) {
        MemorySegment page = FakeGuest.frame();
        pages.add(page);
        check(events.expandArray(page));
    }

    MemorySegment control(int vcpu) {
        return controls[vcpu];
    }

    int word(int port) {
        return (int) INT.getVolatile(pages.get(port >> 10), (port & 1023) * 4L);
    }

    void setWord(int port, int word) {
        INT.setVolatile(pages.get(port >> 10), (port & 1023) * 4L, word);
    }

    int ready(int vcpu) {
        return (int) INT.getVolatile(controls[vcpu], (long) fifo_control_block_ready);
    }

    int head(int vcpu, int priority) {
        return (int) INT.getVolatile(controls[vcpu], fifo_control_block_head + 4L * priority);
    }

    boolean isTold(int vcpu) {
        return ((int) INT.getVolatile(infos[vcpu], (long) VcpuInfo.evtchn_upcall_pending) & 0xff) != 0;
    }

    void mask(int port) {
        INT.getAndBitwiseOr(pages.get(port >> 10), (port & 1023) * 4L, MASKED);
    }

    /** Clears the mask, unless the monitor is at it; the hypercall then if something waits, as Linux does. */
    void unmask(EventChannels events, int port) {
        MemorySegment page = pages.get(port >> 10);
        long at = (port & 1023) * 4L;
        while (true) {
            int old = (int) INT.getVolatile(page, at) & ~BUSY;
            if (INT.compareAndSet(page, at, old, old & ~MASKED)) {
                if ((old & PENDING) != 0) {
                    events.unmask(port);
                }
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** What a vCPU does in its upcall: takes its queues empty, the highest priority first; the ports in that order. */
    List<Integer> handleUpcall(int vcpu) {
        List<Integer> taken = new ArrayList<>();
        while (isTold(vcpu)) {
            INT.getAndBitwiseAnd(infos[vcpu], (long) VcpuInfo.evtchn_upcall_pending, ~0xff);
            int ready = (int) INT.getAndSet(controls[vcpu], (long) fifo_control_block_ready, 0);
            while (ready != 0) {
                int priority = Integer.numberOfTrailingZeros(ready);
                ready = takeOne(vcpu, priority, taken) ? ready : ready & ~(1 << priority);
                ready |= (int) INT.getAndSet(controls[vcpu], (long) fifo_control_block_ready, 0);
            }
        }
        return taken;
    }

    /** Whether the queue has more. */
    private boolean takeOne(int vcpu, int priority, List<Integer> taken) {
        int head = heads[vcpu][priority];
        if (head == 0) {
            head = (int) INT.getAcquire(controls[vcpu], fifo_control_block_head + 4L * priority);
        }
        MemorySegment page = pages.get(head >> 10);
        long at = (head & 1023) * 4L;
        int old = (int) INT.getVolatile(page, at);
        for (int seen; ; old = seen) {
            seen = (int) INT.compareAndExchange(page, at, old, old & ~(LINKED | LINK_MASK));
            if (seen == old) {
                break;
            }
        }
        int link = old & LINK_MASK;
        if ((old & PENDING) != 0 && (old & MASKED) == 0) {
            INT.getAndBitwiseAnd(page, at, ~PENDING);
            taken.add(head);
        }
        heads[vcpu][priority] = link;
        return link != 0;
    }

    private static void check(int result) {
        if (result != 0) {
            throw new AssertionError("the monitor answered " + result);
        }
    }
}
