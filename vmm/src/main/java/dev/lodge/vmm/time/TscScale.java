package dev.lodge.vmm.time;

/**
 * How TSC ticks become nanoseconds in a {@code struct vcpu_time_info}: {@code ns = ((ticks << shift) * multiplier) >> 32}.
 *
 * @param multiplier a 32-bit unsigned fraction of 2^32
 * @param shift applied to the ticks first; negative to the right
 */
public record TscScale(int multiplier, int shift) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * The scale for a TSC.
     *
     * <p>The frequency is shifted into (1, 2] GHz: at exactly 1 GHz the fraction would be 2^32, which does not fit and
     * reads as 0, by which Linux divides.
     *
     * @param kilohertz the TSC's frequency, above 0
     */
    public static TscScale of(long kilohertz) {
        if (kilohertz <= 0) {
            throw new IllegalArgumentException("a TSC of " + kilohertz + " kHz");
        }
        long hertz = kilohertz * 1000;
        int shift = 0;
        while (hertz > 2 * NANOS_PER_SECOND) {
            hertz >>= 1;
            shift--;
        }
        while (hertz <= NANOS_PER_SECOND) {
            hertz <<= 1;
            shift++;
        }
        return new TscScale((int) ((NANOS_PER_SECOND << Integer.SIZE) / hertz), shift);
    }

    /** The nanoseconds that a number of ticks takes, as the guest computes them. */
    public long nanos(long ticks) {
        long shifted = shift < 0 ? ticks >>> -shift : ticks << shift;
        long fraction = Integer.toUnsignedLong(multiplier);
        return (Math.multiplyHigh(shifted, fraction) << Integer.SIZE) | (shifted * fraction >>> Integer.SIZE);
    }
}
