package dev.lodge.vmm.network.router;

/**
 * An allowance of bytes that fills up with time. Whoever has any left may spend more than that, and then waits the longer, so
 * that no frame is too large. Not safe for several threads.
 */
public final class Credit {

    /** The highest rate, which nothing reaches: beyond it the sums here would not fit. */
    public static final long MOST = 100_000_000_000L;

    private static final long SECOND = 1_000_000_000;

    /** What can be saved up is this part of what a second brings. */
    private static final long BURSTS_PER_SECOND = 20;

    private static final long LEAST_BURST = 3_000;

    private final long bytesPerSecond;
    private final long most;
    private long left;
    private long since;

    /**
     * A full one.
     *
     * @param bytesPerSecond 1 to {@link #MOST}
     * @param now in nanoseconds
     */
    public Credit(long bytesPerSecond, long now) {
        if (bytesPerSecond <= 0 || bytesPerSecond > MOST) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes a second");
        }
        this.bytesPerSecond = bytesPerSecond;
        most = Math.max(LEAST_BURST, bytesPerSecond / BURSTS_PER_SECOND);
        left = most;
        since = now;
    }

    /** Spends so many bytes, if anything is left. */
    public boolean spend(int bytes, long now) {
        fill(now);
        if (left <= 0) {
            return false;
        }
        left -= bytes;
        return true;
    }

    /** When there will be something left again. */
    public long availableAt(long now) {
        fill(now);
        if (left > 0) {
            return now;
        }
        long missing = 1 - left; // at most a frame
        return since + (missing * SECOND + bytesPerSecond - 1) / bytesPerSecond;
    }

    private void fill(long now) {
        long elapsed = now - since;
        if (elapsed <= 0) {
            return;
        }
        boolean fits = elapsed <= Long.MAX_VALUE / bytesPerSecond;
        long gained = fits ? elapsed * bytesPerSecond / SECOND : Long.MAX_VALUE;
        if (gained >= most - left) {
            left = most;
            since = now;
        } else if (gained > 0) { // less than a byte: the time is kept until it makes one
            left += gained;
            since += gained * SECOND / bytesPerSecond;
        }
    }
}
