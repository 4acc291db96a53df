package dev.lodge.scheduler.simulation;

/** Maps nanoseconds to thousandths of a pixel, and finds round times for ticks. */
record TimeAxis(long from, long to, int left, int width) {

    private static final long[] UNITS = {1_000_000_000, 1_000_000, 1_000, 1};
    private static final String[] NAMES = {"s", "ms", "µs", "ns"};

    /** The place of a time, in thousandths of a pixel; times outside are at the nearest end. */
    long place(long time) {
        double part = (double) (Math.clamp(time, from, to) - from) / (to - from);
        return left * 1000L + Math.round(part * width * 1000);
    }

    /** A step of 1, 2 or 5 times a power of ten, that makes 6 to 15 ticks. */
    long step() {
        long step = 1;
        while ((to - from) / step > 15) {
            // 1, 2, 5, 10: a power of ten and twice one are doubled, but 2 goes on to 5.
            step = isTwice(step) ? step / 2 * 5 : step * 2;
        }
        return step;
    }

    private static boolean isTwice(long step) {
        long digit = step;
        while (digit >= 10) {
            digit /= 10;
        }
        return digit == 2;
    }

    /** A time as text, in the largest unit in which the axis' step is whole. */
    String label(long time) {
        int unit = unit();
        return time / UNITS[unit] + " " + NAMES[unit];
    }

    private int unit() {
        long step = step();
        int unit = 0;
        while (step % UNITS[unit] != 0) {
            unit++;
        }
        return unit;
    }
}
