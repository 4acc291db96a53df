package dev.lodge.vmm.storage;

import java.util.concurrent.locks.LockSupport;

/**
 * A token bucket for bytes and one for operations: who takes more than has flowed in waits. Each holds what flows in during a
 * tenth of a second. One thread waits; any may end the wait.
 */
public final class Throttle {

    private static final long BURST_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosPerByte;
    private final double nanosPerOperation;
    private final Clock clock;
    private double bytesFreeAt; // when the bucket will be where it was before what was taken last
    private double operationsFreeAt;
    private volatile boolean lifted;

    /** The time, and how to wait; for tests another than the host's. */
    interface Clock {
        long nanos();

        /** Waits so long, or shorter. */
        void pause(long nanos);
    }

    private enum HostClock implements Clock {
        INSTANCE;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
            LockSupport.parkNanos(nanos);
        }
    }

    /**
     * A throttle whose buckets are full.
     *
     * @param bytesPerSecond 0 for no limit
     * @param operationsPerSecond 0 for no limit
     */
    public Throttle(long bytesPerSecond, long operationsPerSecond) {
        this(bytesPerSecond, operationsPerSecond, HostClock.INSTANCE);
    }

    Throttle(long bytesPerSecond, long operationsPerSecond, Clock clock) {
        if (bytesPerSecond < 0 || operationsPerSecond < 0) {
            throw new IllegalArgumentException("a limit below 0");
        }
        nanosPerByte = bytesPerSecond == 0 ? 0 : NANOS_PER_SECOND / bytesPerSecond;
        nanosPerOperation = operationsPerSecond == 0 ? 0 : NANOS_PER_SECOND / operationsPerSecond;
        this.clock = clock;
        bytesFreeAt = clock.nanos() - (double) BURST_NANOS;
        operationsFreeAt = bytesFreeAt;
    }

    /** Waits until an operation of so many bytes may begin, or {@link #lift} is called. */
    public void await(long bytes, int operations) {
        double now = clock.nanos();
        bytesFreeAt = Math.max(bytesFreeAt, now - BURST_NANOS) + bytes * nanosPerByte;
        operationsFreeAt = Math.max(operationsFreeAt, now - BURST_NANOS) + operations * nanosPerOperation;
        double until = Math.max(bytesFreeAt, operationsFreeAt);
        while (!lifted && clock.nanos() < until) {
            clock.pause((long) Math.ceil(Math.min(until - clock.nanos(), BURST_NANOS)));
        }
    }

    /** Lets whoever waits go on, and nobody wait; or has them wait again. Any thread; at most a tenth of a second late. */
    public void lift(boolean whether) {
        lifted = whether;
    }
}
