package dev.lodge.scheduler.simulation;

import java.util.Arrays;

/** How long a domain waited for a CPU each time that it woke, in nanoseconds. All are 0 if it never did. */
public record Latencies(int count, long least, long median, long percentile99, long most) {

    /** Of the first {@code count} values. */
    static Latencies of(long[] values, int count) {
        if (count == 0) {
            return new Latencies(0, 0, 0, 0, 0);
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return new Latencies(count, sorted[0], rank(sorted, 50), rank(sorted, 99), sorted[count - 1]);
    }

    /** The least value that {@code percent} of all do not exceed. */
    private static long rank(long[] sorted, int percent) {
        return sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
    }
}
