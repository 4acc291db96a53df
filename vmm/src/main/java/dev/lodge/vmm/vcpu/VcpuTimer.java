package dev.lodge.vmm.vcpu;

import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.hypercall.GuestDomain;
import dev.lodge.vmm.io.IoLoop;

/**
 * A vCPU's timer, one-shot or periodic, which raises {@code VIRQ_TIMER} from the domain's I/O thread. KVM has a one-shot
 * timer of its own on hosts where it knows Xen; those of its vCPUs come here only before their VIRQ is bound.
 */
final class VcpuTimer implements AutoCloseable {

    private final GuestDomain domain;
    private final int vcpu;
    private final TimerFd timer = TimerFd.create();

    VcpuTimer(GuestDomain domain, int vcpu, IoLoop loop) {
        this.domain = domain;
        this.vcpu = vcpu;
        loop.onReadable(timer.fd(), this::ranOut);
    }

    /** Fires once, at a system time. */
    void set(long systemTime) {
        timer.armAbsolute(Math.max(1, domain.time().toHost(systemTime)));
    }

    /** Fires every so many nanoseconds; 0 for never. */
    void setPeriodic(long nanos) {
        if (nanos == 0) {
            timer.disarm();
        } else {
            timer.armPeriodic(nanos);
        }
    }

    void stop() {
        timer.disarm();
    }

    private void ranOut() {
        if (timer.drain() > 0) {
            domain.events().raiseVirq(Virq.VIRQ_TIMER, vcpu);
        }
    }

    @Override
    public void close() {
        timer.close();
    }
}
