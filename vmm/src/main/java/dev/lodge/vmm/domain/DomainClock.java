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
        // Only then, or when a vCPU runs, does KVM look whether all vCPUs have one TSC; if so, it tells the host's.
        vm.setClock(new KvmClock(vm.clockNanos(), 0, 0, 0));
        Reading reading = Reading.best(vm, vcpu);
        Pvclock pvclock = new Pvclock(reading.guestTsc, TscScale.of(kilohertz));
        if (reading.hostTsc == -1) {
            return new SystemTime(() -> System.nanoTime() - reading.nanos, pvclock);
        }
        return new SystemTime(() -> pvclock.nanosAt(vm.hostTsc() - reading.hostTsc + reading.guestTsc), pvclock);
    }

    /**
     * The clocks, read one after the other: the guest's first, since a clock that is late makes no timer early.
     *
     * @param hostTsc -1 where KVM does not tell it
     * @param nanos {@link System#nanoTime}
     */
    private record Reading(long guestTsc, long hostTsc, long nanos) {

        /** Enough that code which never ran before, or another thread's turn, does not count. */
        private static final int ATTEMPTS = 5;

        /** The one of several that took the least time, by which the domain's clock will be late. */
        static Reading best(KvmVm vm, KvmVcpu vcpu) {
            Reading best = null;
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ATTEMPTS || best == null; i++) {
                long before = System.nanoTime();
                Reading reading = new Reading(vcpu.getMsr(MSR_TSC), vm.hostTsc(), System.nanoTime());
                if (reading.nanos - before < least) {
                    least = reading.nanos - before;
                    best = reading;
                }
            }
            return best;
        }
    }
}
