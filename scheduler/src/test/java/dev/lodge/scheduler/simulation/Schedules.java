package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.BorrowedVirtualTime;
import dev.lodge.scheduler.RoundRobin;
import dev.lodge.scheduler.Runstate;
import dev.lodge.scheduler.Share;
import java.util.ArrayList;
import java.util.List;

/** Policies for simulated hosts, and what must hold of every outcome. */
final class Schedules {

    static final long MS = 1_000_000;
    static final long ALLOWANCE = 5 * MS;

    private Schedules() {}

    static SimulatedHost borrowedVirtualTime(int cpus) {
        return new SimulatedHost(cpus, (n, vcpus, timers) -> new BorrowedVirtualTime(n, vcpus, ALLOWANCE, timers));
    }

    static SimulatedHost roundRobin(int cpus) {
        return new SimulatedHost(cpus, (n, vcpus, timers) -> new RoundRobin(n, vcpus, ALLOWANCE, timers));
    }

    static int hog(SimulatedHost host, int weight) {
        return host.add("hog of " + weight, Share.of(weight), new Behaviour.Hog());
    }

    /** Throws if the trace is impossible, wasteful, or not what was accounted for. */
    static void check(Outcome outcome, String which) {
        long[] ran = new long[outcome.domains().size()];
        long[] waited = new long[ran.length];
        long[] lastOfCpu = new long[outcome.cpus()];
        long[] lastOfDomain = new long[ran.length];
        List<long[]> changes = new ArrayList<>();
        for (Span span : outcome.trace()) {
            require(span.length() > 0, which, span);
            require(span.from() >= lastOfDomain[span.domain()], which, span);
            lastOfDomain[span.domain()] = span.to();
            if (span.ran()) {
                // One domain on a CPU at a time: spans are in the order of their ends.
                require(span.from() >= lastOfCpu[span.cpu()], which, span);
                lastOfCpu[span.cpu()] = span.to();
                ran[span.domain()] += span.length();
            } else {
                waited[span.domain()] += span.length();
            }
            changes.add(new long[] {span.from(), span.ran() ? 1 : 0, span.ran() ? 0 : 1});
            changes.add(new long[] {span.to(), span.ran() ? -1 : 0, span.ran() ? 0 : -1});
        }
        for (int domain = 0; domain < ran.length; domain++) {
            DomainReport report = outcome.domains().get(domain);
            require(ran[domain] == report.runstates().time(Runstate.RUNNING, outcome.until()), which, report);
            require(waited[domain] == report.runstates().time(Runstate.RUNNABLE, outcome.until()), which, report);
            require(report.runstates().total(outcome.until()) == outcome.until(), which, report);
        }
        requireNoCpuIdleWhileSomeoneWaits(outcome.cpus(), changes, which);
    }

    private static void requireNoCpuIdleWhileSomeoneWaits(int cpus, List<long[]> changes, String which) {
        changes.sort((a, b) -> Long.compare(a[0], b[0]));
        long running = 0;
        long waiting = 0;
        for (int i = 0; i < changes.size(); i++) {
            running += changes.get(i)[1];
            waiting += changes.get(i)[2];
            boolean settled = i + 1 == changes.size() || changes.get(i + 1)[0] > changes.get(i)[0];
            require(!settled || (running <= cpus && (waiting == 0 || running == cpus)), which, changes.get(i)[0]);
        }
    }

    private static void require(boolean holds, String which, Object where) {
        if (!holds) {
            throw new AssertionError(which + ": " + where);
        }
    }
}
