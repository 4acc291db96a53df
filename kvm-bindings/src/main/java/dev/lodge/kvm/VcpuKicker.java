package dev.lodge.kvm;

import dev.lodge.linux.Signals;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes a vCPU out of {@code KVM_RUN} from another thread. The vCPU's thread blocks one real-time signal for good;
 * {@code KVM_SET_SIGNAL_MASK} unblocks it for the time of {@code KVM_RUN} alone, where it causes {@code EINTR} and is not
 * delivered. No handler ever runs.
 *
 * <p>The thread's loop:
 *
 * <pre>{@code
 * kicker.attach();
 * while (...) {                          // look at what others ask for: after attach() and after acknowledge()
 *     if (vcpu.run() == KvmVcpu.INTERRUPTED) kicker.acknowledge();
 *     ...
 * }
 * kicker.detach();
 * }</pre>
 *
 * <p><b>Why no kick is lost.</b> The kicker (K) writes what it asks for, raises {@code pending}, then sends the signal. The
 * vCPU's thread (V) takes the signal, lowers {@code pending}, then looks at what is asked for.
 * <ul>
 *   <li>V inside {@code KVM_RUN}: the signal ends it.
 *   <li>V outside: the signal is blocked and stays pending, and ends the next {@code KVM_RUN} before the guest runs. Only V
 *       takes it away, and V then looks; K asked before it sent.
 *   <li>K finds {@code pending} raised and sends nothing: V has not lowered it yet, so V's look comes after K's request
 *       ({@code pending} is volatile on both sides; a request must be so too).
 *   <li>K comes before {@link #attach}: no thread gets a signal, but {@code attach} finds {@code pending} raised and has
 *       {@code immediate_exit} end the first {@code KVM_RUN}. K and {@code attach} write {@code pending} and {@code tid}
 *       before they read the other's, so at least one of them sees the other.
 * </ul>
 * {@code KVM_RUN} may be interrupted by something else just then: one {@code EINTR} too many does no harm. A kick after
 * {@link #detach} does nothing. Should the signal reach a thread that does not block it all the same, its disposition, to
 * ignore it, saves the process.
 */
public final class VcpuKicker {
    private static final long KICK = Signals.bit(Signals.KICK);

    private final KvmVcpu vcpu;
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile int tid;

    /** A kicker of a vCPU that no thread runs yet. Its kicks wait for {@link #attach}. */
    public VcpuKicker(KvmVcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** Makes the calling platform thread the one that is kicked. Before its first {@link KvmVcpu#run}. */
    public void attach() {
        Signals.ignoreIfDefault(Signals.KICK);
        long before = Signals.block(KICK);
        vcpu.setSignalMask(before & ~KICK);
        tid = Signals.gettid();
        if (pending.get()) {
            vcpu.runState().setImmediateExit(true);
        }
    }

    /** Ends {@link #attach}: the calling thread has left {@link KvmVcpu#run} for good. The signal stays blocked in it. */
    public void detach() {
        synchronized (this) {
            tid = 0;
        }
        while (acknowledge()) {
            // A kick that an interruption of another kind overtook has left a second signal.
        }
    }

    /** Makes {@link KvmVcpu#run} return {@link KvmVcpu#INTERRUPTED}, now or as soon as it is called. From any thread. */
    public void kick() {
        if (pending.getAndSet(true)) {
            return;
        }
        // Against detach only: a kick must not reach a thread that has ended.
        synchronized (this) {
            if (tid != 0) {
                Signals.tgkill(tid, Signals.KICK);
            }
        }
    }

    /**
     * Takes notice of a kick, in the vCPU's thread, after {@link KvmVcpu#INTERRUPTED} and before looking at what was asked
     * for.
     *
     * @return whether there was a signal to take: false after a kick from before {@link #attach}
     */
    public boolean acknowledge() {
        vcpu.runState().setImmediateExit(false);
        boolean taken = Signals.take(KICK) != 0;
        pending.set(false);
        return taken;
    }
}
