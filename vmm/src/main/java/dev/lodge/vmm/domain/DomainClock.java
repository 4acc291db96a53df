package dev.lodge.vmm.domain;

import dev.lodge.kvm.KvmClock;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.vmm.time.Pvclock;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.time.TscScale;

/** Where a domain's system time comes from. */
final class DomainClock {

    private static final int MSR_TSC = 0x10;

    private DomainClock() {}

    /** KVM's own clock of the machine, by which it also writes the guest's records and runs the guest's timers. */
    static SystemTime ofKvm(KvmVm vm) {
        return new SystemTime(vm::clockNanos, null);
    }

    /**
     * The vCPUs' TSC, from now on. Where KVM does not tell the host's TSC, by which the guest's can be followed, the host's
     * monotonic clock has to do. All vCPUs exist, and none has run.
     */
    static SystemTime ofTsc(KvmVm vm, KvmVcpu vcpu, int kilohertz) {
        // KVM looks only when its clock is set, or a vCPU runs, whether all vCPUs have one TSC, and tells the host's if
        // so.
        vm.setClock(new KvmClock(vm.clockNanos(), 0, 0, 0));
        long guestTsc = vcpu.getMsr(MSR_TSC);
        long hostTsc = vm.hostTsc(); // these after the guest's: a clock that is late by a call makes no timer early
        long start = System.nanoTime();
        Pvclock pvclock = new Pvclock(guestTsc, TscScale.of(kilohertz));
        return hostTsc == -1
                ? new SystemTime(() -> System.nanoTime() - start, pvclock)
                : new SystemTime(() -> pvclock.nanosAt(vm.hostTsc() - hostTsc + guestTsc), pvclock);
    }
}
