package dev.lodge.scheduler;

/** What a vCPU is doing, in Xen's terms and order ({@code xen/include/public/vcpu.h}, {@code RUNSTATE_*}). */
public enum Runstate {
    /** It has a CPU. */
    RUNNING,
    /** It would run, but has no CPU: the guest sees this as stolen time. */
    RUNNABLE,
    /** It waits for an event. */
    BLOCKED,
    /** It is neither: not brought up, paused, or gone. */
    OFFLINE;

    /** The ABI's number, from 0 to 3. */
    public int number() {
        return ordinal();
    }
}
