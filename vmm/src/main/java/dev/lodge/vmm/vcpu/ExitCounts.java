package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmExit;
import dev.lodge.vmm.abi.HypercallNumber;
import java.util.Arrays;

/**
 * How often a vCPU left the guest for this process, by reason, and which hypercalls it made.
 *
 * <p>Written by the vCPU's thread, read by any: a reader may see a number a little old.
 */
public final class ExitCounts {

    /** One more than the largest reason that is counted by itself; others count as the last. */
    public static final int REASONS = 64;

    private final long[] exits = new long[REASONS];
    private final long[] hypercalls = new long[HypercallNumber.COUNT + 1];

    void countExit(int reason) {
        exits[Math.min(reason, REASONS - 1)]++;
    }

    void countHypercall(long number) {
        hypercalls[(int) (number >= 0 && number < HypercallNumber.COUNT ? number : HypercallNumber.COUNT)]++;
    }

    /** Adds another vCPU's counts to these. */
    public void add(ExitCounts other) {
        for (int i = 0; i < exits.length; i++) {
            exits[i] += other.exits[i];
        }
        for (int i = 0; i < hypercalls.length; i++) {
            hypercalls[i] += other.hypercalls[i];
        }
    }

    /** Exits by {@link KvmExit}'s numbers. */
    public long[] exits() {
        return Arrays.copyOf(exits, exits.length);
    }

    /** Hypercalls by {@link HypercallNumber}; the last counts those with no such number. */
    public long[] hypercalls() {
        return Arrays.copyOf(hypercalls, hypercalls.length);
    }
}
