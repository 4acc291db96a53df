package dev.lodge.vmm.vcpu;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Gets vCPUs out of the guest time and again, for what KVM does not tell. There is one for each reason, with a thread of the
 * process's own, which sleeps while there are no such vCPUs. A domain's I/O thread would not do: when that takes a port from
 * KVM, it waits until no vCPU polls. Any thread may call.
 */
final class VcpuWaker {

    /**
     * For vCPUs that may wait in {@code SCHEDOP_poll}, on hosts whose KVM answers that call: KVM takes its deadline for a span
     * of time, and overlooks events whose word of the selector is set already (decision 9). The guest sees a poll that returns
     * early, which Xen allows. Only vCPUs without an upcall vector, which have no other way to hear of events, are woken;
     * those with one, such as Linux's, poll for masked ports and without a deadline, which KVM does well.
     */
    static final VcpuWaker POLLS = new VcpuWaker("poll-waker", 10_000_000);

    /** For vCPUs that are to be interrupted as soon as they have interrupts on. Each decides which of these moments are its own. */
    static final VcpuWaker WINDOWS = new VcpuWaker("window-waker", 100_000);

    /** One vCPU; the same object when it is added and removed. On the waker's thread. */
    @FunctionalInterface
    interface Sleeper {
        void wake();
    }

    private final String name;
    private final long period; // ns
    private final CopyOnWriteArrayList<Sleeper> waiting = new CopyOnWriteArrayList<>();
    private @Nullable Thread thread; // guarded by waiting

    private VcpuWaker(String name, long period) {
        this.name = name;
        this.period = period;
    }

    /** From now on a vCPU is woken. */
    void add(Sleeper vcpu) {
        synchronized (waiting) {
            waiting.addIfAbsent(vcpu);
            if (thread == null) {
                thread = Thread.ofPlatform().name(name).daemon().start(this::wake);
            }
            waiting.notifyAll();
        }
    }

    /** A vCPU is not woken any more, if it was. */
    void remove(Sleeper vcpu) {
        waiting.remove(vcpu);
    }

    private void wake() {
        try {
            while (true) {
                synchronized (waiting) {
                    while (waiting.isEmpty()) {
                        waiting.wait();
                    }
                }
                LockSupport.parkNanos(period);
                waiting.forEach(Sleeper::wake);
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }
}
