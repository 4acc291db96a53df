package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.VcpuKicker;
import dev.lodge.kvm.kvm_vcpu_events;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Interrupts a vCPU for events by the vector that a domain has for all of its vCPUs ({@code HVM_PARAM_CALLBACK_IRQ}). It goes
 * past the local APIC, where the guest does not acknowledge it, and comes whenever an upcall is pending and the vCPU has
 * interrupts on. Where KVM knows Xen it does so itself; this is for the other hosts.
 *
 * <p>KVM, which has the interrupt controllers here, says whether the vCPU has interrupts on, but not when it gets them on. So a
 * vCPU that has them off is looked at again shortly ({@link VcpuWaker#WINDOWS}), and then after twice that time and so on: one that
 * was kicked whenever it is about to go on would never get there.
 */
final class CallbackInterrupt implements VcpuWaker.Sleeper, AutoCloseable {

    private static final int MOST_PATIENCE = 128; // of the waker's periods

    private final KvmVcpu kvm;
    private final VcpuKicker kicker;
    private final MemorySegment events;
    private volatile int vector; // 0: none
    private boolean waitsForWindow; // of the vCPU's thread
    private volatile int patience = 1; // in the waker's periods
    private int waited; // of the waker's thread

    CallbackInterrupt(KvmVcpu kvm, VcpuKicker kicker, Arena arena) {
        this.kvm = kvm;
        this.kicker = kicker;
        events = kvm_vcpu_events.allocate(arena);
    }

    /** Any thread, which kicks the vCPU afterwards. */
    void setVector(int number) {
        vector = number;
    }

    boolean isSet() {
        return vector != 0;
    }

    /** Has the vCPU interrupted when it runs on, or soon. On its thread, outside the guest, while an upcall is pending. */
    void offer() {
        boolean open = kvm.runState().interruptFlag() && inject();
        patience = open ? 1 : Math.min(2 * patience, MOST_PATIENCE);
        if (open == waitsForWindow) {
            waitsForWindow = !open;
            if (open) {
                VcpuWaker.WINDOWS.remove(this);
            } else {
                VcpuWaker.WINDOWS.add(this);
            }
        }
    }

    @Override
    public void wake() {
        waited++;
        if (waited >= patience) {
            waited = 0;
            kicker.kick();
        }
    }

    /** Whether the vCPU takes the interrupt, as it is not about to take another one or a fault. */
    private boolean inject() {
        kvm.getVcpuEvents(events);
        if (kvm_vcpu_events.interrupt$injected(events) != 0
                || kvm_vcpu_events.interrupt$shadow(events) != 0
                || kvm_vcpu_events.exception$injected(events) != 0
                || kvm_vcpu_events.nmi$injected(events) != 0) {
            return false;
        }
        kvm_vcpu_events.interrupt$injected(events, 1);
        kvm_vcpu_events.interrupt$nr(events, vector);
        kvm_vcpu_events.interrupt$soft(events, 0);
        kvm_vcpu_events.flags(events, 0);
        kvm.setVcpuEvents(events);
        kvm.setMpState(KvmFlag.KVM_MP_STATE_RUNNABLE); // it may sleep
        return true;
    }

    /** After the vCPU's thread has ended. */
    @Override
    public void close() {
        VcpuWaker.WINDOWS.remove(this);
    }
}
