package dev.lodge.scheduler.simulation;

/**
 * A domain ran, or waited to run, from one time to another.
 *
 * @param domain index of the domain, in the order of {@link SimulatedHost#add}
 * @param cpu where it ran, or {@link #WAITING}
 * @param from nanoseconds
 * @param to nanoseconds, later than {@code from}
 */
public record Span(int domain, int cpu, long from, long to) {

    /** The CPU of one that is runnable and has none. */
    public static final int WAITING = -1;

    /** Nanoseconds. */
    public long length() {
        return to - from;
    }

    /** Whether it ran. */
    public boolean ran() {
        return cpu != WAITING;
    }
}
