package dev.lodge.vmm.vcpu;

import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.hypercall.GuestDomain;
import dev.lodge.vmm.io.IoLoop;
import org.jspecify.annotations.Nullable;

/**
 * A vCPU's two timers, one-shot and periodic, which raise {@code VIRQ_TIMER} from the domain's I/O thread. KVM has a one-shot
 * timer of its own where it knows Xen; such vCPUs set the one here only before their VIRQ is bound.
 *
 * <p>Safe for use by several threads. Once a timer is stopped, or set anew, it does not raise the interrupt for what it was
 * set for before, even if it had run out and the I/O thread was about to.
 */
final class VcpuTimer implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;

    private final GuestDomain domain;
    private final int vcpu;
    private final IoLoop loop;
    private final TimerFd oneShot;
    private long deadline = NEVER; // by System.nanoTime
    private @Nullable TimerFd periodic; // made when it is asked for, which guests seldom do

    VcpuTimer(GuestDomain domain, int vcpu, IoLoop loop) {
        this.domain = domain;
        this.vcpu = vcpu;
        this.loop = loop;
        oneShot = TimerFd.create();
        loop.onRing(oneShot.fd(), this::deadlinePassed);
    }

    /** Fires once, at a system time. */
    synchronized void set(long systemTime) {
        deadline = Math.max(1, domain.time().toHost(systemTime));
        oneShot.armAbsolute(deadline);
    }

    synchronized void stop() {
        deadline = NEVER;
        oneShot.disarm();
    }

    /** Fires every so many nanoseconds; 0 for never. */
    synchronized void setPeriodic(long nanos) {
        if (nanos != 0) {
            if (periodic == null) {
                periodic = TimerFd.create();
                loop.onReadable(periodic.fd(), this::periodPassed);
            }
            periodic.armPeriodic(nanos);
        } else if (periodic != null) {
            periodic.disarm();
        }
    }

    private synchronized void deadlinePassed() {
        if (deadline <= System.nanoTime()) {
            deadline = NEVER;
            ranOut();
        }
    }

    private synchronized void periodPassed() {
        if (periodic != null && periodic.drain() > 0) {
            ranOut();
        }
    }

    private void ranOut() {
        domain.events().raiseVirq(Virq.VIRQ_TIMER, vcpu);
    }

    /** After the loop has ended. */
    @Override
    public synchronized void close() {
        oneShot.close();
        if (periodic != null) {
            periodic.close();
        }
    }
}
