package dev.lodge.scheduler;

/**
 * A vCPU's claim to the CPUs.
 *
 * @param weight from 1 to {@value #MOST}: CPU time is shared in proportion to it while there is too little
 * @param warp what the vCPU may borrow in order to run soon after it wakes
 */
public record Share(int weight, Warp warp) {

    /** The largest weight, which is Xen's ({@code xen/include/public/domctl.h}, the credit scheduler's). */
    public static final int MOST = 65_535;

    /** The weight of those who ask for none in particular; Xen's, too. */
    public static final int ORDINARY = 256;

    /** @throws IllegalArgumentException if the weight is out of range */
    public Share {
        if (weight < 1 || weight > MOST) {
            throw new IllegalArgumentException("a weight is 1 to " + MOST + ", not " + weight);
        }
    }

    /** A share without warp. */
    public static Share of(int weight) {
        return new Share(weight, Warp.NONE);
    }

    /** The same weight with another warp. */
    public Share warped(Warp other) {
        return new Share(weight, other);
    }
}
