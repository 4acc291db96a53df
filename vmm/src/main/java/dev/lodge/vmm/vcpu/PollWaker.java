package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.VcpuKicker;
import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.io.IoLoop;

/**
 * Wakes a vCPU every 10 ms in case that it waits in {@code SCHEDOP_poll}, on hosts whose KVM answers that call: KVM takes its
 * deadline for a span of time, and overlooks events whose word of the selector is set already (decision 9). The guest sees a
 * poll that returns early, which Xen allows. Only for vCPUs without an upcall vector, which have no other way to hear of
 * events; those with one, such as Linux's, poll for masked ports and without a deadline, which KVM does well.
 *
 * <p>Any thread may call.
 */
final class PollWaker implements AutoCloseable {

    private static final long PERIOD = 10_000_000; // ns

    private final VcpuKicker kicker;
    private final TimerFd timer = TimerFd.create();
    private boolean needed = true;

    PollWaker(IoLoop loop, VcpuKicker kicker) {
        this.kicker = kicker;
        loop.onReadable(timer.fd(), this::due);
    }

    /** The vCPU runs. */
    synchronized void online() {
        if (needed) {
            timer.armPeriodic(PERIOD);
        }
    }

    /** The vCPU has an upcall vector, or none any more. */
    synchronized void upcallVector(int vector) {
        needed = vector == 0;
        if (needed) {
            timer.armPeriodic(PERIOD);
        } else {
            timer.disarm();
        }
    }

    private void due() {
        if (timer.drain() > 0) {
            kicker.kick();
        }
    }

    /** After the loop has ended. */
    @Override
    public void close() {
        timer.close();
    }
}
