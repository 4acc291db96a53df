package dev.lodge.vmm.vcpu;

import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.hypercall.GuestDomain;
import dev.lodge.vmm.io.IoLoop;
import org.jspecify.annotations.Nullable;

/**
 * A vCPU's two timers, one-shot and periodic, which raise {@code VIRQ_TIMER} from the domain's I/O thread. KVM has a one-shot
 * timer of its own where it knows Xen; such vCPUs set the one here only before their VIRQ is bound.
 */
final class VcpuTimer implements AutoCloseable {

    private final GuestDomain domain;
    private final int vcpu;
    private final IoLoop loop;
    private final TimerFd oneShot;
    private volatile @Nullable TimerFd periodic; // made when it is asked for, which guests seldom do

    VcpuTimer(GuestDomain domain, int vcpu, IoLoop loop) {
        this.domain = domain;
        this.vcpu = vcpu;
        this.loop = loop;
        oneShot = TimerFd.create();
        loop.onRing(oneShot.fd(), this::ranOut);
    }

    /** Fires once, at a system time. */
    void set(long systemTime) {
        oneShot.armAbsolute(Math.max(1, domain.time().toHost(systemTime)));
    }

    void stop() {
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

    /** A periodic timer goes on when it is read. */
    private void periodPassed() {
        TimerFd timer = periodic;
        if (timer != null && timer.drain() > 0) {
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
