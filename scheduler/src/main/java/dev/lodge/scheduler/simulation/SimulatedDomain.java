package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.CpuTimers;
import dev.lodge.scheduler.Runstate;
import dev.lodge.scheduler.RunstateClock;
import dev.lodge.scheduler.Share;
import java.util.Arrays;
import java.util.List;

/** A domain of one vCPU on a simulated host: what it does next, and what it has come to. */
final class SimulatedDomain {

    private final int index;
    private final String name;
    private final Behaviour.Course course;
    private final RunstateClock runstates = new RunstateClock(Runstate.OFFLINE, 0);
    private final List<Span> trace;
    private Share share;
    private long remaining;
    private long wakesAt = CpuTimers.NEVER;
    private int cpu = Span.WAITING;
    private boolean awaitsFirstRun;
    private long[] latencies = new long[16];
    private int wakeUps;
    private long longestWait;
    private int dispatches;
    private int finished;

    SimulatedDomain(int index, String name, Share share, Behaviour behaviour, List<Span> trace) {
        this.index = index;
        this.name = name;
        this.share = share;
        this.course = behaviour.begin();
        this.trace = trace;
    }

    Share share() {
        return share;
    }

    void setShare(Share other) {
        share = other;
    }

    /** The time at which something happens of itself: its work is done, or it wakes. */
    long nextEvent(long now) {
        return switch (runstates.state()) {
            case RUNNING -> remaining > CpuTimers.NEVER - now ? CpuTimers.NEVER : now + remaining;
            case BLOCKED -> wakesAt;
            case RUNNABLE, OFFLINE -> CpuTimers.NEVER;
        };
    }

    boolean isDone() {
        return runstates.state() == Runstate.RUNNING && remaining == 0;
    }

    boolean wakes(long now) {
        return runstates.state() == Runstate.BLOCKED && wakesAt <= now;
    }

    /** Time passes. */
    void advance(long by) {
        if (runstates.state() == Runstate.RUNNING && remaining != Long.MAX_VALUE) {
            remaining -= by;
        }
    }

    void wake(long now) {
        enter(Runstate.RUNNABLE, Span.WAITING, now);
        remaining = course.work();
        awaitsFirstRun = true;
    }

    void sleep(long now) {
        enter(Runstate.BLOCKED, Span.WAITING, now);
        wakesAt = course.wakesAt(now);
        finished++;
    }

    void leave(long now) {
        enter(Runstate.OFFLINE, Span.WAITING, now);
        wakesAt = CpuTimers.NEVER;
    }

    void run(int on, long now) {
        long wait = now - runstates.entered();
        if (awaitsFirstRun) {
            if (wakeUps == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * wakeUps);
            }
            latencies[wakeUps++] = wait;
            awaitsFirstRun = false;
        }
        enter(Runstate.RUNNING, on, now);
        dispatches++;
    }

    void preempt(long now) {
        enter(Runstate.RUNNABLE, Span.WAITING, now);
    }

    private void enter(Runstate next, int nextCpu, long now) {
        Runstate state = runstates.state();
        long since = runstates.entered();
        if (now > since && (state == Runstate.RUNNING || state == Runstate.RUNNABLE)) {
            trace.add(new Span(index, cpu, since, now));
        }
        if (state == Runstate.RUNNABLE) {
            longestWait = Math.max(longestWait, now - since);
        }
        runstates.enter(next, now);
        cpu = nextCpu;
    }

    /** Closes the books. */
    DomainReport report(long now) {
        Runstate state = runstates.state();
        enter(Runstate.OFFLINE, Span.WAITING, now);
        runstates.enter(state, now);
        return new DomainReport(
                name, share, runstates, Latencies.of(latencies, wakeUps), longestWait, dispatches, finished);
    }
}
