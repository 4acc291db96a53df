package dev.lodge.scheduler;

/**
 * Borrowed virtual time (Duda and Cheriton, SOSP 1999), with which the Xen of 2003 shared its CPUs.
 *
 * <p>Every vCPU has an actual virtual time A that running advances, the slower the larger its weight, and an effective
 * one, E, which is earlier by the warp while it borrows. A CPU runs the runnable vCPU with the least E, and keeps it
 * until it is one context-switch allowance C of real time beyond the next. Scheduler virtual time, SVT, is the least A of
 * the runnable; whoever wakes starts from {@code max(A, SVT)}, so that nobody hoards credit by sleeping. A vCPU that wakes
 * with a warp beyond {@code C} therefore runs at once, and pays later.
 *
 * <p>Several CPUs share one queue. One vCPU cannot use more than one CPU, so a heavy one can fall behind without end, and
 * with it SVT, from which the waking would start with unearned credit; therefore those that run are never further behind
 * those that wait, or, if none does, each other, than their allowances and warps explain.
 *
 * <p>Virtual times are set back by SVT before they reach 2^60, so they last for as long as the clock does. Each method
 * looks at every vCPU once: there are few, and their order by E changes with each wake-up anyway.
 */
public final class BorrowedVirtualTime implements Policy {

    /** Xen's context-switch allowance of 2003, in nanoseconds. */
    public static final long ORDINARY_ALLOWANCE = 5_000_000;

    /** The largest context-switch allowance, in nanoseconds: more than a minute. */
    public static final long LONGEST_ALLOWANCE = 1L << 36;

    private static final long REBASE_AT = 1L << 60;

    private final Placement placement;
    private final long allowance;
    private final BvtAccount[] accounts;
    private final long[] readySince;
    private final Deadlines deadlines;
    private long ready;
    private long schedulerVirtualTime;

    /**
     * A policy without vCPUs.
     *
     * @param allowance C: real nanoseconds by which a vCPU may run ahead of one with an equal claim, 1 to
     *     {@link #LONGEST_ALLOWANCE}
     * @throws IllegalArgumentException if a number is out of range
     */
    public BorrowedVirtualTime(int cpus, int vcpus, long allowance, CpuTimers timers) {
        if (allowance < 1 || allowance > LONGEST_ALLOWANCE) {
            throw new IllegalArgumentException(
                    "a context-switch allowance is 1 to " + LONGEST_ALLOWANCE + " ns, not " + allowance);
        }
        this.placement = new Placement(cpus, vcpus);
        this.allowance = allowance;
        this.accounts = new BvtAccount[vcpus];
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            accounts[vcpu] = new BvtAccount();
        }
        this.readySince = new long[vcpus];
        this.deadlines = new Deadlines(cpus, timers);
    }

    @Override
    public void admit(int vcpu, Share share, long now) {
        placement.tick(now);
        placement.admit(vcpu);
        accounts[vcpu].open(share, schedulerVirtualTime);
    }

    @Override
    public void dismiss(int vcpu, long now) {
        block(vcpu, now);
        placement.dismiss(vcpu);
    }

    @Override
    public void change(int vcpu, Share share, long now) {
        charge(now);
        placement.requireAdmitted(vcpu);
        accounts[vcpu].change(share, now);
        // Every deadline was computed from the old shares.
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            if (placement.running(cpu) != NOBODY) {
                deadlines.set(cpu, now);
            }
        }
    }

    @Override
    public void wake(int vcpu, long now) {
        charge(now);
        placement.requireAdmitted(vcpu);
        if (placement.isRunnable(vcpu)) {
            return;
        }
        BvtAccount account = accounts[vcpu];
        account.atLeast(schedulerVirtualTime);
        account.wake(now);
        placement.setRunnable(vcpu);
        readySince[vcpu] = ready++;

        int cpu = cpuThatYieldsFirst(account.effective(), now);
        for (int other = 0; other < placement.cpus(); other++) {
            int current = placement.running(other);
            if (current == NOBODY || deadlines.of(other) <= now) {
                continue;
            }
            // Only one CPU is interrupted at once; if another vCPU takes that, the others look within an allowance.
            long left = accounts[current].untilBeyond(account.effective(), allowance);
            deadlines.lower(other, Deadlines.after(now, other == cpu ? Math.max(left, 0) : Math.max(left, allowance)));
        }
        if (cpu != NOBODY && placement.running(cpu) == NOBODY) {
            deadlines.set(cpu, now);
        }
    }

    /** An idle CPU, or that which is the furthest beyond; {@link #NOBODY} if all are about to decide. */
    private int cpuThatYieldsFirst(long effective, long now) {
        int first = NOBODY;
        long least = Long.MAX_VALUE;
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            int current = placement.running(cpu);
            if (deadlines.of(cpu) <= now) {
                continue;
            }
            long left = current == NOBODY ? Long.MIN_VALUE : accounts[current].untilBeyond(effective, allowance);
            if (first == NOBODY || left < least) {
                first = cpu;
                least = left;
            }
        }
        return first;
    }

    @Override
    public void block(int vcpu, long now) {
        charge(now);
        placement.requireAdmitted(vcpu);
        if (!placement.isRunnable(vcpu)) {
            return;
        }
        accounts[vcpu].sleep(now);
        int cpu = placement.setBlocked(vcpu);
        if (cpu != NOBODY) {
            deadlines.set(cpu, now);
        }
    }

    @Override
    public int decide(int cpu, long now) {
        charge(now);
        int current = placement.running(cpu);
        int next = earliestWaiting();
        boolean switches = next != NOBODY
                && (current == NOBODY || accounts[current].untilBeyond(accounts[next].effective(), allowance) <= 0);
        if (switches) {
            if (current != NOBODY) {
                readySince[current] = ready++;
            }
            placement.run(cpu, next, now);
            current = next;
            next = earliestWaiting();
        }
        deadlines.set(cpu, deadline(current, next, now));
        return current;
    }

    /** The waiting vCPU with the least effective virtual time; of several, the one that has waited longest. */
    private int earliestWaiting() {
        int earliest = NOBODY;
        for (int vcpu = 0; vcpu < accounts.length; vcpu++) {
            if (placement.isWaiting(vcpu) && (earliest == NOBODY || isBefore(vcpu, earliest))) {
                earliest = vcpu;
            }
        }
        return earliest;
    }

    private boolean isBefore(int vcpu, int other) {
        long difference = accounts[vcpu].effective() - accounts[other].effective();
        return difference < 0 || (difference == 0 && readySince[vcpu] < readySince[other]);
    }

    private long deadline(int current, int next, long now) {
        if (current == NOBODY || next == NOBODY) {
            return CpuTimers.NEVER;
        }
        BvtAccount account = accounts[current];
        long left = account.untilBeyond(accounts[next].effective(), allowance);
        return Deadlines.after(now, Math.max(1, Math.min(left, account.untilUnwarped())));
    }

    /** Brings every account, and with them scheduler virtual time, to the present. */
    private void charge(long now) {
        placement.tick(now);
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            int vcpu = placement.running(cpu);
            if (vcpu != NOBODY) {
                accounts[vcpu].charge(now - placement.since(cpu), now);
                placement.chargedUntil(cpu, now);
            }
        }
        if (placement.cpus() > 1) {
            voidUnusableCredit();
        }
        long least = Long.MAX_VALUE;
        for (int vcpu = 0; vcpu < accounts.length; vcpu++) {
            if (placement.isRunnable(vcpu)) {
                least = Math.min(least, accounts[vcpu].actual());
            }
        }
        if (least != Long.MAX_VALUE) {
            schedulerVirtualTime = Math.max(schedulerVirtualTime, least);
        }
        if (schedulerVirtualTime >= REBASE_AT) {
            rebase();
        }
    }

    private void voidUnusableCredit() {
        boolean contended = false;
        long earliestWaiting = Long.MAX_VALUE;
        long latestRunning = Long.MIN_VALUE;
        long explained = 0;
        for (int vcpu = 0; vcpu < accounts.length; vcpu++) {
            if (placement.isRunnable(vcpu)) {
                BvtAccount account = accounts[vcpu];
                explained = Math.max(explained, account.explainedLag(allowance));
                if (placement.isWaiting(vcpu)) {
                    contended = true;
                    earliestWaiting = Math.min(earliestWaiting, account.effective());
                } else {
                    latestRunning = Math.max(latestRunning, account.effective());
                }
            }
        }
        long floor = (contended ? earliestWaiting : latestRunning) - explained * placement.cpus();
        for (int cpu = 0; cpu < placement.cpus(); cpu++) {
            int vcpu = placement.running(cpu);
            if (vcpu != NOBODY) {
                accounts[vcpu].atLeast(floor);
            }
        }
    }

    private void rebase() {
        for (BvtAccount account : accounts) {
            account.rebase(schedulerVirtualTime);
        }
        schedulerVirtualTime = 0;
    }
}
