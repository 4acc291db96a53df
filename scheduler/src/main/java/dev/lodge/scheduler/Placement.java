package dev.lodge.scheduler;

import java.util.Arrays;
import java.util.Objects;

/** Who is admitted, who is runnable, and who runs where since when: what every policy must know, checked once. */
final class Placement {

    private final boolean[] admitted;
    private final boolean[] runnable;
    private final int[] cpuOf;
    private final int[] running;
    private final long[] since;
    private long clock;

    Placement(int cpus, int vcpus) {
        if (cpus < 1 || vcpus < 1) {
            throw new IllegalArgumentException("no schedule for " + cpus + " CPUs and " + vcpus + " vCPUs");
        }
        admitted = new boolean[vcpus];
        runnable = new boolean[vcpus];
        cpuOf = new int[vcpus];
        running = new int[cpus];
        since = new long[cpus];
        Arrays.fill(cpuOf, Policy.NOBODY);
        Arrays.fill(running, Policy.NOBODY);
    }

    int cpus() {
        return running.length;
    }

    int vcpus() {
        return admitted.length;
    }

    void tick(long now) {
        if (now < clock) {
            throw new IllegalArgumentException("the clock went back from " + clock + " to " + now);
        }
        clock = now;
    }

    void admit(int vcpu) {
        if (admitted[Objects.checkIndex(vcpu, admitted.length)]) {
            throw new IllegalStateException("vCPU " + vcpu + " is admitted already");
        }
        admitted[vcpu] = true;
    }

    void requireAdmitted(int vcpu) {
        if (!admitted[Objects.checkIndex(vcpu, admitted.length)]) {
            throw new IllegalStateException("vCPU " + vcpu + " is not admitted");
        }
    }

    void dismiss(int vcpu) {
        admitted[vcpu] = false;
    }

    boolean isRunnable(int vcpu) {
        return runnable[vcpu];
    }

    /** Runnable, without a CPU. */
    boolean isWaiting(int vcpu) {
        return runnable[vcpu] && cpuOf[vcpu] == Policy.NOBODY;
    }

    void setRunnable(int vcpu) {
        runnable[vcpu] = true;
    }

    /** Takes the vCPU off its CPU, which it returns, or {@link Policy#NOBODY}. */
    int setBlocked(int vcpu) {
        runnable[vcpu] = false;
        int cpu = cpuOf[vcpu];
        if (cpu != Policy.NOBODY) {
            release(cpu);
        }
        return cpu;
    }

    /** The vCPU that runs on a CPU, or {@link Policy#NOBODY}. */
    int running(int cpu) {
        return running[cpu];
    }

    /** When the CPU's present run began, or was last charged for. */
    long since(int cpu) {
        return since[cpu];
    }

    void chargedUntil(int cpu, long now) {
        since[cpu] = now;
    }

    /** The CPU that a vCPU runs on, or {@link Policy#NOBODY}. */
    int cpuOf(int vcpu) {
        return cpuOf[vcpu];
    }

    void release(int cpu) {
        int vcpu = running[cpu];
        if (vcpu != Policy.NOBODY) {
            cpuOf[vcpu] = Policy.NOBODY;
            running[cpu] = Policy.NOBODY;
        }
    }

    void run(int cpu, int vcpu, long now) {
        release(cpu);
        running[cpu] = vcpu;
        cpuOf[vcpu] = cpu;
        since[cpu] = now;
    }
}
