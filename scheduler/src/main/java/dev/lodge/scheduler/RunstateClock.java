package dev.lodge.scheduler;

/**
 * The time that one vCPU has spent in each {@link Runstate}, as {@code struct vcpu_runstate_info} tells it
 * ({@code xen/include/public/vcpu.h}): the four times always add up to the time since the start.
 *
 * <p>May be used by any thread. Each method is atomic, under the object's own monitor, within which nothing else is
 * called; so a reader sees state, entry time and times of one moment. Allocates nothing.
 */
public final class RunstateClock {

    /** How many times {@link #copyTo} writes. */
    public static final int STATES = 4;

    private final long[] times = new long[STATES];
    private final long start;
    private Runstate state;
    private long entered;

    /**
     * Starts counting.
     *
     * @param now system time in nanoseconds
     */
    public RunstateClock(Runstate state, long now) {
        this.state = state;
        this.start = now;
        this.entered = now;
    }

    /**
     * The vCPU enters a state, which may be the one that it is in. A time before the last one counts as that: threads
     * may read the clock in one order and arrive here in another, and no state shall ever lose time.
     *
     * @return whether the state is another one than before
     */
    public synchronized boolean enter(Runstate next, long now) {
        if (next == state) {
            return false;
        }
        long at = Math.max(now, entered);
        times[state.number()] += at - entered;
        state = next;
        entered = at;
        return true;
    }

    /** The present state. */
    public synchronized Runstate state() {
        return state;
    }

    /** When the present state was entered. */
    public synchronized long entered() {
        return entered;
    }

    /** Nanoseconds spent in a state, the present visit included. */
    public synchronized long time(Runstate in, long now) {
        long present = in == state ? Math.max(0, now - entered) : 0;
        return times[in.number()] + present;
    }

    /** Nanoseconds since the start: the sum of all four times. */
    public synchronized long total(long now) {
        return Math.max(now, entered) - start;
    }

    /**
     * Writes the four times, the present visit included, in the ABI's order.
     *
     * @return the state of that moment
     * @throws IndexOutOfBoundsException if the array is shorter than {@value #STATES}
     */
    public synchronized Runstate copyTo(long[] target, long now) {
        System.arraycopy(times, 0, target, 0, STATES);
        target[state.number()] += Math.max(0, now - entered);
        return state;
    }
}
