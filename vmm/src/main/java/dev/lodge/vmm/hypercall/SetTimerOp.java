package dev.lodge.vmm.hypercall;

import dev.lodge.vmm.abi.GuestWidth;

/**
 * {@code HYPERVISOR_set_timer_op(timeout)}: has {@code VIRQ_TIMER} raised on the calling vCPU at a system time; 0 stops
 * the timer ({@code xen/include/public/xen.h}). 32-bit code gives the time in two arguments.
 */
final class SetTimerOp implements Hypercall {

    @Override
    public long call(Caller caller, long low, long high, long a3, long a4, long a5) {
        long timeout = caller.width() == GuestWidth.BITS_32 ? high << Integer.SIZE | low : low;
        VcpuControl vcpu = VcpuOp.require(caller.domain(), caller.vcpu());
        if (timeout == 0) {
            vcpu.upkeep().stopTimer();
        } else {
            vcpu.upkeep().setTimer(timeout);
        }
        return 0;
    }
}
