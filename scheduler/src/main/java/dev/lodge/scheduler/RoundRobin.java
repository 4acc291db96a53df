package dev.lodge.scheduler;

/**
 * Everyone in turn for one time slice, from one queue for all CPUs; shares are ignored. What wakes goes to the end.
 */
public final class RoundRobin implements Policy {

    private final Placement placement;
    private final long slice;
    private final int[] queue;
    private final Deadlines deadlines;
    private int queued;

    /**
     * A policy without vCPUs.
     *
     * @param slice nanoseconds that a vCPU may run while others wait, at least 1
     * @throws IllegalArgumentException if a number is less than 1
     */
    public RoundRobin(int cpus, int vcpus, long slice, CpuTimers timers) {
        if (slice < 1) {
            throw new IllegalArgumentException("a time slice is at least 1 ns, not " + slice);
        }
        this.placement = new Placement(cpus, vcpus);
        this.slice = slice;
        this.queue = new int[vcpus];
        this.deadlines = new Deadlines(cpus, timers);
    }

    @Override
    public void admit(int vcpu, Share share, long now) {
        placement.tick(now);
        placement.admit(vcpu);
    }

    @Override
    public void dismiss(int vcpu, long now) {
        block(vcpu, now);
        placement.dismiss(vcpu);
    }

    @Override
    public void change(int vcpu, Share share, long now) {
        placement.tick(now);
        placement.requireAdmitted(vcpu);
    }

    @Override
    public void wake(int vcpu, long now) {
        placement.tick(now);
        placement.requireAdmitted(vcpu);
        if (placement.isRunnable(vcpu)) {
            return;
        }
        placement.setRunnable(vcpu);
        queue[queued++] = vcpu;
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            if (placement.running(cpu) == NOBODY && deadlines.of(cpu) > now) {
                deadlines.set(cpu, now);
                return;
            }
        }
        // Those who had no one to make room for have had their slice, or what is left of it.
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            if (deadlines.of(cpu) == CpuTimers.NEVER) {
                deadlines.set(cpu, Math.max(now, endOfSlice(cpu)));
            }
        }
    }

    @Override
    public void block(int vcpu, long now) {
        placement.tick(now);
        placement.requireAdmitted(vcpu);
        if (placement.isWaiting(vcpu)) {
            remove(vcpu);
        }
        int cpu = placement.setBlocked(vcpu);
        if (cpu != NOBODY) {
            deadlines.set(cpu, now);
        }
    }

    @Override
    public int decide(int cpu, long now) {
        placement.tick(now);
        int current = placement.running(cpu);
        boolean stays = current != NOBODY && (queued == 0 || now < endOfSlice(cpu));
        if (!stays && queued > 0) {
            int next = queue[0];
            remove(next);
            if (current != NOBODY) {
                queue[queued++] = current;
            }
            placement.run(cpu, next, now);
        }
        boolean contended = queued > 0 && placement.running(cpu) != NOBODY;
        deadlines.set(cpu, contended ? endOfSlice(cpu) : CpuTimers.NEVER);
        return placement.running(cpu);
    }

    private long endOfSlice(int cpu) {
        return Deadlines.after(placement.since(cpu), slice);
    }

    private void remove(int vcpu) {
        int at = 0;
        while (queue[at] != vcpu) {
            at++;
        }
        queued--;
        System.arraycopy(queue, at + 1, queue, at, queued - at);
    }
}
