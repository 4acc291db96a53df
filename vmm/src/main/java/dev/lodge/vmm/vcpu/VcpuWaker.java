package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.VcpuKicker;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes vCPUs every 10 ms in case that they wait in {@code SCHEDOP_poll}, on hosts whose KVM answers that call: KVM takes its
 * deadline for a span of time, and overlooks events whose word of the selector is set already (decision 9). The guest sees a
 * poll that returns early, which Xen allows. Only for vCPUs without an upcall vector, which have no other way to hear of
 * events; those with one, such as Linux's, poll for masked ports and without a deadline, which KVM does well.
 *
 * <p>By a thread of the process's own, {@code poll-waker}, which sleeps while there are no such vCPUs. A domain's I/O thread
 * would not do: when that takes a port from KVM, it waits until no vCPU polls. Any thread may call.
 */
final class PollWaker {

    private static final long PERIOD_MILLIS = 10;
    private static final CopyOnWriteArrayList<VcpuKicker> POLLING = new CopyOnWriteArrayList<>();
    private static @Nullable Thread thread; // guarded by POLLING

    private PollWaker() {}

    /** From now on a vCPU is woken. */
    static void add(VcpuKicker vcpu) {
        synchronized (POLLING) {
            POLLING.addIfAbsent(vcpu);
            if (thread == null) {
                thread = Thread.ofPlatform().name("poll-waker").daemon().start(PollWaker::wake);
            }
            POLLING.notifyAll();
        }
    }

    /** A vCPU is not woken any more, if it was. */
    static void remove(VcpuKicker vcpu) {
        POLLING.remove(vcpu);
    }

    private static void wake() {
        try {
            while (true) {
                synchronized (POLLING) {
                    while (POLLING.isEmpty()) {
                        POLLING.wait();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
                POLLING.forEach(VcpuKicker::kick);
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }
}
