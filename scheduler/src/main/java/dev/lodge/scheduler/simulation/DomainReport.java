package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.RunstateClock;
import dev.lodge.scheduler.Share;

/**
 * How a domain fared.
 *
 * @param runstates its accounting, up to the end of the simulation
 * @param latencies from waking to running
 * @param longestWait the longest time in nanoseconds that it was runnable without a CPU: starvation, if without end
 * @param dispatches how often it was given a CPU
 * @param finished how often it had done its work and went to sleep
 */
public record DomainReport(
        String name,
        Share share,
        RunstateClock runstates,
        Latencies latencies,
        long longestWait,
        int dispatches,
        int finished) {}
