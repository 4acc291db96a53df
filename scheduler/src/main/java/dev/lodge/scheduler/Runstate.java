package dev.lodge.scheduler;

/** What a vCPU is doing, in Xen's terms and order ({@code xen/include/public/vcpu.h}, {@code RUNSTATE_*}). */
public enum Runstate {
    /** It has a CPU. */
    RUNNING(0),
    /** It would run, but has no CPU: the guest sees this as stolen time. */
    RUNNABLE(1),
    /** It waits for an event. */
    BLOCKED(2),
    /** It is neither: not brought up, paused, or gone. */
    OFFLINE(3);

    private final int number;

    Runstate(int number) {
        this.number = number;
    }

    /** The ABI's number, from 0 to 3. */
    public int number() {
        return number;
    }
}
