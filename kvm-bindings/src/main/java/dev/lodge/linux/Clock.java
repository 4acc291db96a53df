package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The kernel's clocks, in nanoseconds. Each reading is a real system call (some 100 ns): HotSpot's {@link System#nanoTime}
 * reads {@link #MONOTONIC}, the very same scale, through the vDSO and is what a hot path uses.
 */
public final class Clock {
    public static final int REALTIME = 0;
    public static final int MONOTONIC = 1;
    public static final int BOOTTIME = 7;

    static final long NANOS_PER_SECOND = 1_000_000_000;

    private Clock() {}

    /** Time since an arbitrary point, without the time the host was suspended; the scale of {@link System#nanoTime}. */
    public static long monotonicNanos() {
        return nanos(MONOTONIC);
    }

    /** Time since 1970 UTC; it jumps when the host's clock is set. */
    public static long realtimeNanos() {
        return nanos(REALTIME);
    }

    /** Time since the host booted, suspension included. */
    public static long boottimeNanos() {
        return nanos(BOOTTIME);
    }

    /**
     * Reads a clock.
     *
     * @param clock {@link #REALTIME}, {@link #MONOTONIC}, {@link #BOOTTIME} or another of {@code clock_gettime(2)}
     * @throws LinuxException with {@code EINVAL} for a clock that does not exist
     */
    public static long nanos(int clock) {
        Syscall syscall = Syscall.current();
        LinuxException.check(
                syscall.call(SystemCallNumber.CLOCK_GETTIME, clock, syscall.scratchAddress(), 0, 0, 0, 0),
                "clock_gettime");
        return syscall.scratch().get(JAVA_LONG, timespec.tv_sec$offset) * NANOS_PER_SECOND
                + syscall.scratch().get(JAVA_LONG, timespec.tv_nsec$offset);
    }
}
