package dev.lodge.scheduler;

import java.util.Arrays;

/** When each CPU has to decide next, as a policy has set the CPUs' timers. */
final class Deadlines {

    private final CpuTimers timers;
    private final long[] deadlines;

    /** For CPUs whose timers are not set. */
    Deadlines(int cpus, CpuTimers timers) {
        this.timers = timers;
        deadlines = new long[cpus];
        Arrays.fill(deadlines, CpuTimers.NEVER);
    }

    /** A time, or {@link CpuTimers#NEVER}. */
    long of(int cpu) {
        return deadlines[cpu];
    }

    void set(int cpu, long deadline) {
        deadlines[cpu] = deadline;
        timers.set(cpu, deadline);
    }

    /** Sets a deadline that is earlier than the CPU's, or leaves it that. */
    void lower(int cpu, long deadline) {
        if (deadline < deadlines[cpu]) {
            set(cpu, deadline);
        }
    }

    /** A time so long after another, or {@link CpuTimers#NEVER} where the clock does not reach. */
    static long after(long time, long wait) {
        return wait > CpuTimers.NEVER - time ? CpuTimers.NEVER : time + wait;
    }
}
