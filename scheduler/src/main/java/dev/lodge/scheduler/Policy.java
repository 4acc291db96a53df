package dev.lodge.scheduler;

/**
 * Decides which vCPU each CPU runs. Pure code: the time is passed in, and the deadlines go out through
 * {@link CpuTimers}.
 *
 * <p>vCPUs and CPUs are small numbers from 0, below the bounds given to the constructor. All times are nanoseconds of one
 * clock that starts at 0 or above and never goes back. Not thread-safe: callers hold one lock, or are one thread. No
 * method allocates.
 *
 * <p>All methods throw {@link IndexOutOfBoundsException} for a vCPU or CPU that cannot be,
 * {@link IllegalArgumentException} if the clock went back, and {@link IllegalStateException} for a vCPU that is not
 * admitted, or for {@link #admit} is so already.
 */
public interface Policy {

    /** What {@link #decide} returns for a CPU that shall idle. */
    int NOBODY = -1;

    /** Takes a vCPU in. It is blocked until {@link #wake}. */
    void admit(int vcpu, Share share, long now);

    /** Forgets a vCPU, in whatever state it is. If it runs, its CPU's deadline becomes the present. */
    void dismiss(int vcpu, long now);

    /** Gives a vCPU another share from now on; what it ran until now counts by the old one. */
    void change(int vcpu, Share share, long now);

    /** The vCPU has something to do. Does nothing for one that is runnable or running. */
    void wake(int vcpu, long now);

    /** The vCPU has nothing to do. Does nothing for one that is blocked. If it runs, its CPU is to decide at once. */
    void block(int vcpu, long now);

    /**
     * Chooses what a CPU runs from now on, and sets its deadline. May be called before the deadline.
     *
     * @return the vCPU, which may be the one that runs already, or {@link #NOBODY}
     */
    int decide(int cpu, long now);
}
