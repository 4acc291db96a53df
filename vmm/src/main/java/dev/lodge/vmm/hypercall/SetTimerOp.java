package dev.lodge.vmm.hypercall;

/**
 * {@code HYPERVISOR_set_timer_op(timeout)}: has {@code VIRQ_TIMER} raised on the calling vCPU at a system time; 0 stops
 * the timer ({@code xen/include/public/xen.h}).
 */
final class SetTimerOp implements Hypercall {

    @Override
    public long call(Caller caller, long timeout, long a2, long a3, long a4, long a5) {
        VcpuControl vcpu = VcpuOp.require(caller.domain(), caller.vcpu());
        if (timeout == 0) {
            vcpu.upkeep().stopTimer();
        } else {
            vcpu.upkeep().setTimer(timeout);
        }
        return 0;
    }
}
