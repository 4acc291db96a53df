package dev.lodge.scheduler;

/**
 * How a vCPU may borrow from its own future (Duda and Cheriton, SOSP 1999). A borrower looks earlier by {@code advance}
 * than it is, runs sooner, and pays by running later: its long-term share is unchanged.
 *
 * @param advance W: how much earlier, in virtual nanoseconds, which are those of a vCPU of {@link Share#ORDINARY} weight;
 *     0 for a vCPU that never borrows
 * @param limit L: nanoseconds that it may run warped before it is unwarped; {@link #UNLIMITED}
 * @param rest U: nanoseconds that it must have been unwarped, asleep included, before {@code limit} counts anew; it then
 *     warps when it next wakes
 */
public record Warp(long advance, long limit, long rest) {

    /** The largest {@code advance} and {@code rest}: more than 18 minutes. */
    public static final long MOST = 1L << 40;

    /** No limit to running warped. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Never borrows. */
    public static final Warp NONE = new Warp(0, UNLIMITED, 0);

    /** @throws IllegalArgumentException if a value is out of range */
    public Warp {
        if (advance < 0 || advance > MOST || rest < 0 || rest > MOST) {
            throw new IllegalArgumentException(
                    "a warp's advance and rest are 0 to " + MOST + " ns, not " + advance + " and " + rest);
        }
        if (limit <= 0) {
            throw new IllegalArgumentException("a warp's limit is at least 1 ns, not " + limit);
        }
    }
}
