package dev.lodge.scheduler;

import java.util.Arrays;

/** CPUs for a policy: keeps their deadlines, and lets them decide when those have come. */
final class TestCpus implements CpuTimers {

    private final long[] deadlines;
    private final int[] running;

    TestCpus(int cpus) {
        deadlines = new long[cpus];
        running = new int[cpus];
        Arrays.fill(deadlines, NEVER);
        Arrays.fill(running, Policy.NOBODY);
    }

    @Override
    public void set(int cpu, long deadline) {
        deadlines[cpu] = deadline;
    }

    long deadline(int cpu) {
        return deadlines[cpu];
    }

    long nextDeadline() {
        long next = NEVER;
        for (long deadline : deadlines) {
            next = Math.min(next, deadline);
        }
        return next;
    }

    /** Lets every CPU decide whose time has come, and says what CPU 0 runs. */
    int settle(Policy policy, long now) {
        for (int cpu = 0; cpu < deadlines.length; cpu++) {
            while (deadlines[cpu] <= now) {
                running[cpu] = policy.decide(cpu, now);
            }
        }
        return running[0];
    }

    int running(int cpu) {
        return running[cpu];
    }
}
