package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.Runstate;
import java.util.List;

/**
 * What a simulation came to.
 *
 * @param cpus how many CPUs the host had
 * @param until nanoseconds simulated
 * @param domains in the order of {@link SimulatedHost#add}
 * @param trace by the time when spans ended
 * @param contextSwitches how often a CPU went to another domain than it had last run
 */
public record Outcome(int cpus, long until, List<DomainReport> domains, List<Span> trace, int contextSwitches) {

    /** CPU time of a domain, in nanoseconds. */
    public long ran(int domain) {
        return domains.get(domain).runstates().time(Runstate.RUNNING, until);
    }

    /** A domain's part of all CPU time that there was, 0 to 1. */
    public double shareOf(int domain) {
        return (double) ran(domain) / ((double) until * cpus);
    }

    /** Nanoseconds for which CPUs were idle, of all CPUs together. */
    public long idle() {
        long busy = 0;
        for (int domain = 0; domain < domains.size(); domain++) {
            busy += ran(domain);
        }
        return until * cpus - busy;
    }
}
