package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;

/**
 * The watchdogs of a domain, {@code SCHEDOP_watchdog} of {@code xen/include/public/sched.h}: a guest that does not set one
 * again in time is ended. Says when that is; somebody else watches the clock.
 *
 * <p>Any thread; this object's lock guards the deadlines.
 */
public final class Watchdogs {

    /** How many a domain may have: Xen's {@code NR_DOMAIN_WATCHDOG_TIMERS}. */
    static final int COUNT = 2;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NONE = Long.MAX_VALUE;

    private final Runnable whenChanged;
    private final long[] deadlines = {NONE, NONE}; // NONE: not in use

    /**
     * None in use.
     *
     * @param whenChanged called on the vCPU's thread when {@link #nextDeadline} may be another
     */
    public Watchdogs(Runnable whenChanged) {
        this.whenChanged = whenChanged;
    }

    /**
     * Takes a new watchdog, or sets one again.
     *
     * @param id as the guest gave it: 0 for a new one, else which
     * @param timeout seconds, unsigned; 0 gives one back that is in use
     * @param now by {@link System#nanoTime}
     * @return the id of a new one; 0; or an error as {@code -XenErrno.E...}
     */
    int set(int id, int timeout, long now) {
        int result = change(id, now + Integer.toUnsignedLong(timeout) * NANOS_PER_SECOND, timeout == 0);
        if (result >= 0) {
            whenChanged.run();
        }
        return result;
    }

    private synchronized int change(int id, long deadline, boolean giveBack) {
        if (Integer.compareUnsigned(id, COUNT) > 0) {
            return -EINVAL;
        } else if (id == 0) {
            for (int i = 0; i < COUNT; i++) {
                if (deadlines[i] == NONE) {
                    deadlines[i] = deadline;
                    return i + 1;
                }
            }
            return -ENOSPC;
        } else if (deadlines[id - 1] == NONE) {
            return -EINVAL;
        }
        deadlines[id - 1] = giveBack ? NONE : deadline;
        return 0;
    }

    /** When the domain is to be ended, by {@link System#nanoTime}; {@link Long#MAX_VALUE} if nothing ends it. */
    public synchronized long nextDeadline() {
        return Math.min(deadlines[0], deadlines[1]);
    }
}
