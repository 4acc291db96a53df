package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.CpuTimers;
import dev.lodge.scheduler.Policy;
import dev.lodge.scheduler.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A host on which time is only counted: domains of one vCPU each behave as told, and a policy shares the CPUs among them.
 *
 * <p>Goes from event to event, in nanoseconds from 0. Of what happens at one time, first domains come, go and change, then
 * work ends and sleepers wake, in the domains' order, then CPUs decide, in theirs. A switch takes no time. Used by one
 * thread, for one run.
 */
public final class SimulatedHost {

    /** The most domains that a host has. */
    public static final int MOST_DOMAINS = 128;

    private final Policy policy;
    private final long[] deadlines;
    private final int[] running;
    private final int[] lastRan;
    private final List<SimulatedDomain> domains = new ArrayList<>();
    private final List<Planned> plan = new ArrayList<>();
    private final List<Span> trace = new ArrayList<>();
    private int contextSwitches;

    private sealed interface Planned {
        long at();

        int domain();

        record Arrival(long at, int domain) implements Planned {}

        record Departure(long at, int domain) implements Planned {}

        record Change(long at, int domain, Share share) implements Planned {}
    }

    /** A host without domains. */
    public SimulatedHost(int cpus, PolicyFactory factory) {
        deadlines = new long[cpus];
        running = new int[cpus];
        lastRan = new int[cpus];
        Arrays.fill(deadlines, CpuTimers.NEVER);
        Arrays.fill(running, Policy.NOBODY);
        Arrays.fill(lastRan, Policy.NOBODY);
        policy = factory.create(cpus, MOST_DOMAINS, (cpu, deadline) -> deadlines[cpu] = deadline);
    }

    /** Adds a domain that is there from the start. */
    public int add(String name, Share share, Behaviour behaviour) {
        return add(name, share, behaviour, 0);
    }

    /**
     * Adds a domain that arrives later, with work to do.
     *
     * @return its index
     * @throws IllegalArgumentException if the time is negative
     * @throws IllegalStateException if there are {@value #MOST_DOMAINS} already
     */
    public int add(String name, Share share, Behaviour behaviour, long arrives) {
        if (domains.size() == MOST_DOMAINS) {
            throw new IllegalStateException("a simulated host has at most " + MOST_DOMAINS + " domains");
        }
        int index = domains.size();
        domains.add(new SimulatedDomain(index, name, share, behaviour, trace));
        plan(new Planned.Arrival(arrives, index));
        return index;
    }

    /** Plans for a domain to be gone at a time, after it has arrived. */
    public void removeAt(long at, int domain) {
        plan(new Planned.Departure(at, domain));
    }

    /** Plans for a domain to have another share from a time on, after it has arrived and before it goes. */
    public void changeAt(long at, int domain, Share share) {
        plan(new Planned.Change(at, domain, share));
    }

    private void plan(Planned planned) {
        if (planned.at() < 0) {
            throw new IllegalArgumentException("nothing happens at " + planned.at() + " ns");
        }
        int last = plan.size();
        while (last > 0 && plan.get(last - 1).at() > planned.at()) {
            last--;
        }
        plan.add(last, planned);
    }

    /**
     * Runs everything.
     *
     * @param until nanoseconds, at least 1
     * @throws IllegalStateException if the policy decides again and again without time going on, or lets one domain run on
     *     two CPUs
     */
    public Outcome run(long until) {
        if (until < 1) {
            throw new IllegalArgumentException("no simulation of " + until + " ns");
        }
        int planned = 0;
        long now = 0;
        while (true) {
            while (planned < plan.size() && plan.get(planned).at() <= now) {
                happen(plan.get(planned++), now);
            }
            domainsAct(now);
            cpusDecide(now);
            long next =
                    Math.min(until, planned < plan.size() ? plan.get(planned).at() : CpuTimers.NEVER);
            for (SimulatedDomain domain : domains) {
                next = Math.min(next, domain.nextEvent(now));
            }
            for (long deadline : deadlines) {
                next = Math.min(next, deadline);
            }
            for (SimulatedDomain domain : domains) {
                domain.advance(next - now);
            }
            now = next;
            if (now == until) {
                return outcome(until);
            }
        }
    }

    private void happen(Planned planned, long now) {
        int index = planned.domain();
        SimulatedDomain domain = domains.get(index);
        switch (planned) {
            case Planned.Arrival arrival -> {
                policy.admit(arrival.domain(), domain.share(), now);
                policy.wake(index, now);
                domain.wake(now);
            }
            case Planned.Departure departure -> {
                policy.dismiss(departure.domain(), now);
                vacate(index);
                domain.leave(now);
            }
            case Planned.Change change -> {
                policy.change(index, change.share(), now);
                domain.setShare(change.share());
            }
        }
    }

    private void domainsAct(long now) {
        for (int index = 0; index < domains.size(); index++) {
            SimulatedDomain domain = domains.get(index);
            if (domain.isDone()) {
                policy.block(index, now);
                vacate(index);
                domain.sleep(now);
            }
            if (domain.wakes(now)) {
                policy.wake(index, now);
                domain.wake(now);
            }
        }
    }

    private void cpusDecide(long now) {
        int decisions = 0;
        for (int cpu = 0; cpu < deadlines.length; cpu++) {
            if (deadlines[cpu] <= now) {
                if (decisions++ > 4 * deadlines.length) {
                    throw new IllegalStateException("the policy cannot decide at " + now + " ns");
                }
                dispatch(cpu, policy.decide(cpu, now), now);
                cpu = -1; // A decision may make another CPU's due.
            }
        }
    }

    private void dispatch(int cpu, int next, long now) {
        int previous = running[cpu];
        if (next == previous) {
            return;
        }
        if (previous != Policy.NOBODY) {
            domains.get(previous).preempt(now);
        }
        running[cpu] = next;
        if (next == Policy.NOBODY) {
            return;
        }
        for (int other = 0; other < running.length; other++) {
            if (other != cpu && running[other] == next) {
                throw new IllegalStateException("domain " + next + " would run on CPUs " + other + " and " + cpu);
            }
        }
        domains.get(next).run(cpu, now);
        if (lastRan[cpu] != next) {
            contextSwitches++;
            lastRan[cpu] = next;
        }
    }

    private void vacate(int domain) {
        for (int cpu = 0; cpu < running.length; cpu++) {
            if (running[cpu] == domain) {
                running[cpu] = Policy.NOBODY;
            }
        }
    }

    private Outcome outcome(long until) {
        List<DomainReport> reports = new ArrayList<>();
        for (SimulatedDomain domain : domains) {
            reports.add(domain.report(until));
        }
        return new Outcome(running.length, until, List.copyOf(reports), List.copyOf(trace), contextSwitches);
    }
}
