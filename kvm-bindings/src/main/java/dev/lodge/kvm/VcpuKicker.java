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
 * <p><b>Why no kick is lost.</b> The kicker (K) writes what it asks for, then raises {@code pending}, sets
 * {@code immediate_exit} and sends the signal. The vCPU's thread (V) clears {@code immediate_exit}, takes the signal, lowers
 * {@code pending}, then looks at what is asked for.
 * <ul>
 *   <li>V inside {@code KVM_RUN}: the signal ends it.
 *   <li>V about to enter it: {@code immediate_exit}, or the signal, which stays pending while it is blocked, ends it at once.
 *   <li>V between clearing {@code immediate_exit} and taking the signal, or the other way round in time: at least one of
 *       the two outlives V's step unless both of K's came before both of V's. Then K's request did too, and V sees it.
 *   <li>K finds {@code pending} raised and sends nothing: V has not lowered it yet, so V's look comes after K's request
 *       ({@code pending} is volatile on both sides, and requests must be).
 *   <li>K comes before {@link #attach} has published the thread: then {@code attach} finds {@code pending} raised.
 * </ul>
 * What can happen is one {@code EINTR} too many; it does no harm. A kick after {@link #detach} does nothing. Should the
 * signal reach a thread that does not block it all the same, its disposition, to ignore it, saves the process.
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
        acknowledge();
    }

    /** Makes {@link KvmVcpu#run} return {@link KvmVcpu#INTERRUPTED}, now or as soon as it is called. From any thread. */
    public void kick() {
        if (pending.getAndSet(true)) {
            return;
        }
        // Against detach only: a kick must not reach a vCPU that is closed, nor a thread that has ended.
        synchronized (this) {
            if (tid != 0) {
                vcpu.runState().setImmediateExit(true);
                Signals.tgkill(tid, Signals.KICK);
            }
        }
    }

    /**
     * Takes notice of a kick, in the vCPU's thread, after {@link KvmVcpu#INTERRUPTED} and before looking at what was asked
     * for.
     *
     * @return whether there was a signal to take: false for a kick that came by {@code immediate_exit} alone
     */
    public boolean acknowledge() {
        vcpu.runState().setImmediateExit(false);
        boolean taken = Signals.take(KICK) != 0;
        pending.set(false);
        return taken;
    }
}
