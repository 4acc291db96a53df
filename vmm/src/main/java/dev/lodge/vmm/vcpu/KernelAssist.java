package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmXenVcpu;

/**
 * What KVM does for a vCPU of a Xen guest by itself, on hosts where it knows Xen: it keeps the clock in vcpu_info and in
 * the guest's other time record, accounts for its runstate, runs its timer, and interrupts it for events.
 *
 * <p>Whoever tells KVM waits until the vCPU is out of the guest. So other threads only note here what is to be told, and
 * kick the vCPU, whose own thread passes it on before it runs the guest again. Allocates nothing, however often a guest
 * changes its mind.
 */
final class KernelAssist {

    private static final int VCPU_INFO = 1;
    private static final int TIME_RECORD = 2;
    private static final int RUNSTATE = 4;
    private static final int VECTOR = 8;
    private static final int TIMER_PORT = 16;

    private final KvmXenVcpu kvm;
    private volatile int changed; // the rest is guarded by this
    private long vcpuInfo;
    private long timeRecord;
    private long runstate;
    private int vector;
    private int timerPort;

    /** For a vCPU that no thread runs yet. */
    KernelAssist(KvmXenVcpu kvm, int vcpu) {
        this.kvm = kvm;
        kvm.setVcpuId(vcpu); // KVM takes each for number 0 (6.12: it asks for the index before there is one)
    }

    synchronized void vcpuInfoAt(long guestAddress) {
        vcpuInfo = guestAddress;
        changed |= VCPU_INFO;
    }

    synchronized void timeRecordAt(long guestAddress) {
        timeRecord = guestAddress;
        changed |= TIME_RECORD;
    }

    synchronized void runstateAt(long guestAddress) {
        runstate = guestAddress;
        changed |= RUNSTATE;
    }

    synchronized void upcallVector(int number) {
        vector = number;
        changed |= VECTOR;
    }

    /** The port that {@code VIRQ_TIMER} is bound to; 0 for none. */
    synchronized void timerPort(int port) {
        timerPort = port;
        changed |= TIMER_PORT;
    }

    /** Whether there is something to pass on. */
    boolean isDue() {
        return changed != 0;
    }

    /** Tells KVM. On the vCPU's own thread, outside the guest. */
    synchronized void passOn() {
        int due = changed;
        changed = 0;
        if ((due & VCPU_INFO) != 0) {
            kvm.setVcpuInfo(vcpuInfo);
        }
        if ((due & TIME_RECORD) != 0) {
            kvm.setVcpuTimeInfo(timeRecord);
        }
        if ((due & RUNSTATE) != 0) {
            kvm.setRunstateAddress(runstate);
        }
        if ((due & VECTOR) != 0) {
            kvm.setUpcallVector(vector);
        }
        if ((due & TIMER_PORT) != 0) {
            kvm.setTimer(timerPort, 0);
        }
    }
}
