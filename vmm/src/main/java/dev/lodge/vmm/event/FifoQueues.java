package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_BUSY;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_LINKED;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_LINK_BITS;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_MASKED;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_MAX_QUEUES;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_NR_CHANNELS;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_PENDING;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHN_FIFO_PRIORITY_MIN;
import static dev.lodge.vmm.abi.EventChannelAbi.SIZEOF_fifo_control_block;
import static dev.lodge.vmm.abi.EventChannelAbi.fifo_control_block_head;
import static dev.lodge.vmm.abi.EventChannelAbi.fifo_control_block_ready;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The FIFO ABI: a word for each port in pages that the guest gives, and in each vCPU's control block the heads of 16 queues
 * by priority, linked through the words. Follows Xen's {@code common/event_fifo.c} and the design document beside it.
 *
 * <pre>
 *   word:           PENDING 31 | MASKED 30 | LINKED 29 | BUSY 28 | 0 ... | LINK 16:0, the next port of the queue
 *   control block:  ready 31:0, a bit for each queue with news | reserved | head[16], the first port of each queue
 * </pre>
 *
 * <p>The guest takes from the head and this appends at the tail. Nothing that the guest writes is believed: which port is a
 * queue's tail, and on which queue a port was last, is kept here, and a LINK is only ever written, never followed. A guest
 * that spoils its words loses its own events.
 *
 * <p>Locks, in order: the queues of two vCPUs by rising number ({@code synchronized} on each). A port that changes queues
 * while it is the tail of its old one is on both sides of that.
 */
final class FifoQueues implements EventAbi {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static final int PENDING = 1 << EVTCHN_FIFO_PENDING;
    private static final int MASKED = 1 << EVTCHN_FIFO_MASKED;
    private static final int LINKED = 1 << EVTCHN_FIFO_LINKED;
    private static final int BUSY = 1 << EVTCHN_FIFO_BUSY;
    private static final int LINK_MASK = (1 << EVTCHN_FIFO_LINK_BITS) - 1;

    private static final int WORDS_SHIFT = 10;
    private static final int WORDS = 1 << WORDS_SHIFT; // in a page
    private static final int PAGES = EVTCHN_FIFO_NR_CHANNELS >>> WORDS_SHIFT;

    /** What a guest that keeps the rules may change in a linked word while it is BUSY; more often, and it does not. */
    private static final int LINK_ATTEMPTS = 4;

    /** How often the guest may change a port's queue while one event of it is sent; Xen's is 3. */
    private static final int QUEUE_ATTEMPTS = 8;

    private final TwoLevelBits vcpuInfos;
    private final Queues[] queues;
    private final AtomicReferenceArray<@Nullable MemorySegment> pages = new AtomicReferenceArray<>(PAGES);
    private final FifoPortStates states = new FifoPortStates();
    private volatile int words; // ports that have a word in a page

    /** One vCPU's. Its monitor guards the tails and all that is done to its queues. */
    private static final class Queues {
        private final int[] tails = new int[EVTCHN_FIFO_MAX_QUEUES];
        private volatile @Nullable MemorySegment control;
    }

    /**
     * Queues without a page and without a control block.
     *
     * @param vcpuInfos where the flag is by which a vCPU is told
     */
    FifoQueues(TwoLevelBits vcpuInfos, int vcpus) {
        this.vcpuInfos = vcpuInfos;
        queues = new Queues[vcpus];
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            queues[vcpu] = new Queues();
        }
    }

    /** {@code EVTCHNOP_init_control}: where a vCPU's queues begin. Once for each vCPU. Under the lock of the domain's ports. */
    int setControlBlock(int vcpu, MemorySegment block) {
        if (queues[vcpu].control != null) {
            return -EINVAL;
        }
        queues[vcpu].control = block.asSlice(0, SIZEOF_fifo_control_block);
        return 0;
    }

    /**
     * {@code EVTCHNOP_expand_array}: a page for the words of the next 1,024 ports. Events that were sent to them before are
     * {@linkplain #takeSaved saved}. Under the lock of the domain's ports.
     *
     * @return the first of these ports, or an error
     */
    int addPage(MemorySegment page) {
        int first = words;
        if (first == EVTCHN_FIFO_NR_CHANNELS) {
            return -ENOSPC;
        }
        pages.setRelease(first >>> WORDS_SHIFT, page);
        words = first + WORDS;
        return first;
    }

    /** How many ports a page holds the words of. */
    static int portsInPage() {
        return WORDS;
    }

    /** Saves an event for a port until its word's page is there. */
    void save(int port) {
        states.save(port);
    }

    /** Whether an event was saved for a port; asked once. */
    boolean takeSaved(int port) {
        return states.takeSaved(port);
    }

    /** Whether a frame holds words or a control block, so that it must stay where it is. */
    boolean occupies(MemorySegment frame) {
        for (int page = 0; page < words >>> WORDS_SHIFT; page++) {
            if (within(frame, pages.getAcquire(page))) {
                return true;
            }
        }
        for (Queues each : queues) {
            if (within(frame, each.control)) {
                return true;
            }
        }
        return false;
    }

    private static boolean within(MemorySegment frame, @Nullable MemorySegment place) {
        long offset = place == null ? -1 : place.address() - frame.address();
        return offset >= 0 && offset < frame.byteSize();
    }

    @Override
    public int portLimit() {
        return EVTCHN_FIFO_NR_CHANNELS;
    }

    @Override
    public void bound(int port) {
        states.bound(port);
    }

    @Override
    public boolean setPending(int port, int vcpu) {
        if (port >= words) {
            states.save(port);
            // Whoever adds the page takes what was saved after saying how many words there are; so one of us finds it.
            if (port >= words || !states.takeSaved(port)) {
                return false;
            }
        }
        return link(port, vcpu);
    }

    /** Sets PENDING and puts the port on its queue, where it is neither masked nor on one. */
    private boolean link(int port, int vcpu) {
        for (int attempt = 0; attempt < QUEUE_ATTEMPTS; attempt++) {
            int seen = FifoPortStates.lastVcpu(states.get(port));
            Queues lower = queues[Math.min(seen, vcpu)];
            Queues upper = queues[Math.max(seen, vcpu)];
            synchronized (lower) {
                synchronized (upper) {
                    int state = states.get(port);
                    if (FifoPortStates.lastVcpu(state) == seen) {
                        return append(port, vcpu, state);
                    }
                }
            }
        }
        return false; // somebody else has linked it each time
    }

    /** With the locks of the port's old and new queue. */
    private boolean append(int port, int vcpu, int state) {
        Queues to = queues[vcpu];
        MemorySegment control = to.control;
        if (control == null) {
            return false; // the guest unmasks no port before it has a control block, says the ABI
        }
        MemorySegment page = page(port);
        long word = offset(port);
        int before = (int) INT.getAndBitwiseOr(page, word, PENDING);
        if ((before & MASKED) != 0 || ((int) INT.getAndBitwiseOr(page, word, LINKED) & LINKED) != 0) {
            return false;
        }
        Queues from = queues[FifoPortStates.lastVcpu(state)];
        int lastPriority = FifoPortStates.lastPriority(state);
        if (from.tails[lastPriority] == port) {
            from.tails[lastPriority] = 0; // the guest took it off, so that queue is empty
        }
        int priority = FifoPortStates.priority(state);
        states.setLast(port, vcpu, priority);
        int tail = to.tails[priority];
        if (tail == 0 || !setLink(tail, port)) {
            INT.setRelease(control, headOffset(priority), port);
            INT.getAndBitwiseOr(control, (long) fifo_control_block_ready, 1 << priority);
        }
        to.tails[priority] = port;
        // Xen interrupts only with a new bit in ready. Here the interrupt for that bit may have been dropped by a local
        // APIC that was off, as TwoLevelBits says, so whatever joins a queue interrupts.
        vcpuInfos.flag(vcpu);
        return true;
    }

    /**
     * Appends a port behind the tail, if that is still linked: if not, the guest has emptied the queue. BUSY keeps a guest
     * from unmasking, so that the word changes a few times at most.
     */
    private boolean setLink(int tail, int port) {
        MemorySegment page = page(tail);
        long word = offset(tail);
        for (int attempt = 0; attempt <= LINK_ATTEMPTS; attempt++) {
            int old = (int) INT.getVolatile(page, word);
            if ((old & LINKED) == 0) {
                if (attempt > 0) {
                    INT.getAndBitwiseAnd(page, word, ~BUSY);
                }
                return false;
            }
            if (INT.compareAndSet(page, word, old, old & ~(BUSY | LINK_MASK) | port)) {
                return true;
            }
            if (attempt == 0) {
                INT.getAndBitwiseOr(page, word, BUSY);
            }
        }
        INT.getAndBitwiseAnd(page, word, ~BUSY);
        return true; // a guest that breaks the rules: the event is lost to it, as with Xen
    }

    @Override
    public void clearPending(int port) {
        states.takeSaved(port);
        if (port < words) {
            INT.getAndBitwiseAnd(page(port), offset(port), ~PENDING); // the guest unlinks it
        }
    }

    @Override
    public boolean unmask(int port, int vcpu) {
        if (port >= words) {
            return false;
        }
        int before = (int) INT.getAndBitwiseAnd(page(port), offset(port), ~MASKED);
        return (before & PENDING) != 0 && link(port, vcpu);
    }

    @Override
    public boolean isPending(int port) {
        return port < words && ((int) INT.getVolatile(page(port), offset(port)) & PENDING) != 0;
    }

    @Override
    public boolean isBusy(int port) {
        return port < words && ((int) INT.getVolatile(page(port), offset(port)) & LINKED) != 0;
    }

    @Override
    public int setPriority(int port, int priority) {
        if (Integer.compareUnsigned(priority, EVTCHN_FIFO_PRIORITY_MIN) > 0) {
            return -EINVAL;
        }
        states.setPriority(port, priority);
        return 0;
    }

    private MemorySegment page(int port) {
        MemorySegment page = pages.getAcquire(port >>> WORDS_SHIFT);
        if (page == null) {
            throw new AssertionError("port " + port + " has no event word");
        }
        return page;
    }

    private static long offset(int port) {
        return (long) (port & WORDS - 1) * Integer.BYTES;
    }

    private static long headOffset(int priority) {
        return fifo_control_block_head + (long) priority * Integer.BYTES;
    }
}
