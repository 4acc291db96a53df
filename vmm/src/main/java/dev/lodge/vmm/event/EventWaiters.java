package dev.lodge.vmm.event;

/**
 * Where a vCPU sleeps in {@code SCHEDOP_poll} until an event comes, whether masked or not.
 *
 * <p>A sleeper first counts itself in, then looks at its ports; a sender first sets the port's bit, then looks at the
 * count. Both are full fences, so one of the two sees the other.
 */
public final class EventWaiters {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private volatile int sleepers; // written under the lock only

    /** What a sleeper waits for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds();
    }

    /**
     * Sleeps until the condition holds, {@link #wake} found it so, or the deadline passes.
     *
     * @param deadline by {@link System#nanoTime}, or {@link Long#MAX_VALUE} for none
     */
    public void await(Condition condition, long deadline) throws InterruptedException {
        synchronized (this) {
            sleepers++;
            try {
                while (!condition.holds()) {
                    long left = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
                    if (left <= 0) {
                        return;
                    }
                    long millis = Math.min(left / NANOS_PER_MILLI, Integer.MAX_VALUE);
                    wait(millis, millis == Integer.MAX_VALUE ? 0 : (int) (left % NANOS_PER_MILLI));
                }
            } finally {
                sleepers--;
            }
        }
    }

    /** Has every sleeper look at its condition again. */
    public void wake() {
        if (sleepers != 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
