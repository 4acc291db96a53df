package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.kvm.VcpuKicker;
import dev.lodge.vmm.hypercall.GuestDomain;
import java.lang.foreign.Arena;

/**
 * What interrupts a vCPU so that it looks for events: a vector of its own, which comes by its local APIC, or the vector that
 * its domain has for all, which does not; or nothing, and the guest sees events when it looks.
 */
public final class UpcallLine implements AutoCloseable {

    private static final int LAPIC_MSI = 0xfee0_0000;
    private static final int MSI_DESTINATION_SHIFT = 12;

    private final int vcpu;
    private final GuestDomain domain;
    private final KvmVm vm;
    private final VcpuKicker kicker;
    private final Upkeep upkeep;
    private final CallbackInterrupt callback;
    private volatile int vector; // 0: none of its own
    private volatile boolean hasCallback;

    UpcallLine(int vcpu, GuestDomain domain, KvmVm vm, KvmVcpu kvm, VcpuKicker kicker, Upkeep upkeep, Arena arena) {
        this.vcpu = vcpu;
        this.domain = domain;
        this.vm = vm;
        this.kicker = kicker;
        this.upkeep = upkeep;
        callback = new CallbackInterrupt(kvm, kicker, arena);
    }

    /** An upcall is pending. Any thread; the vCPU's own does what is missing in {@link #enter}. */
    public void raise() {
        int own = vector;
        if (own != 0) {
            vm.signalMsi(LAPIC_MSI | vcpu << MSI_DESTINATION_SHIFT, 0, own);
        } else if (hasCallback && !upkeep.isOwnThread()) {
            kicker.kick();
        }
    }

    /** The vCPU is about to run. On its thread. */
    void enter() {
        if (callback.isSet() && domain.events().isUpcallPending(vcpu)) {
            callback.offer();
        }
    }

    /** {@code HVMOP_set_evtchn_upcall_vector}. Any thread. */
    void setVector(int number) {
        vector = number;
        upkeep.upcallVector(number);
        upkeep.hearsOfEvents(hasCallback || number != 0);
        if (domain.events().isUpcallPending(vcpu)) {
            raise();
        }
    }

    /**
     * {@code HVM_PARAM_CALLBACK_IRQ}. Any thread.
     *
     * @param number 0 for none
     * @param byKvm whether KVM does it, once the vCPU comes to it
     */
    void setCallback(int number, boolean byKvm) {
        hasCallback = number != 0;
        callback.setVector(byKvm ? 0 : number);
        upkeep.hearsOfEvents(hasCallback || vector != 0);
        kicker.kick();
    }

    /** After the vCPU's thread has ended. */
    @Override
    public void close() {
        callback.close();
    }
}
