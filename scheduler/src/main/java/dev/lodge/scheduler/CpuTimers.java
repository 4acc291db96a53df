package dev.lodge.scheduler;

/** What a policy asks of whoever drives it: that a CPU decides again at a given time. One timer for each CPU. */
public interface CpuTimers {

    /** The deadline of a CPU that has nothing to decide. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Replaces the CPU's deadline; {@link Policy#decide} is due once the clock has reached it. Called from within a
     * policy's methods, which this must not call back.
     *
     * @param cpu 0 to the number of CPUs less one
     * @param deadline in nanoseconds of the policy's clock, {@link #NEVER}, or the present, which interrupts the CPU
     */
    void set(int cpu, long deadline);
}
