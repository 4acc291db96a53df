package dev.lodge.vmm.time;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A domain's system time: nanoseconds since it was built, as the guest itself computes them from its TSC.
 *
 * <p>The guest's clock and the host's run at slightly different rates, since the host's is steered. What the guest reads
 * is the authority: it is asked for again whenever the last answer is {@value #TRUSTED_NANOS} ns old, and followed by the
 * host's clock in between. Any thread may call, and calls allocate nothing.
 */
public final class SystemTime {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Clocks that are 50 ppm apart differ by 5 us after this time. */
    static final long TRUSTED_NANOS = 100_000_000;

    private static final int ATTEMPTS = 3;
    private static final long QUICK_NANOS = 10_000;

    // From wc_version on.
    private static final int WC_SEC = 4;
    private static final int WC_NSEC = 8;

    private final Guest guest;
    private final @Nullable Pvclock pvclock;

    private long askedAt; // by System.nanoTime; guarded by this, as are the next
    private long hostAtZero;
    private long latest;

    /** What the guest's clock shows. */
    @FunctionalInterface
    public interface Guest {
        /** System time now, in ns. */
        long nanos();
    }

    /**
     * A clock.
     *
     * @param pvclock what is written for the guest to compute its time by; null where KVM writes that by itself
     */
    public SystemTime(Guest guest, @Nullable Pvclock pvclock) {
        this.guest = guest;
        this.pvclock = pvclock;
        ask();
    }

    /** Asks again where an answer took long, by which the clock would be late: the quickest is believed. */
    private void ask() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && least > QUICK_NANOS; i++) {
            long before = System.nanoTime();
            long answer = guest.nanos();
            long after = System.nanoTime();
            if (after - before < least) {
                least = after - before;
                askedAt = after;
                hostAtZero = after - answer;
            }
        }
    }

    /** What {@link System#nanoTime} was at system time 0, as the last answer has it, which is asked for again if it is old. */
    private long hostAtZero() {
        if (System.nanoTime() - askedAt > TRUSTED_NANOS) {
            ask();
        }
        return hostAtZero;
    }

    /** System time now, in ns. It never goes back, but may stand still for some microseconds. */
    public synchronized long now() {
        long atZero = hostAtZero();
        latest = Math.max(latest, System.nanoTime() - atZero);
        return latest;
    }

    /**
     * What {@link System#nanoTime} will show, or has shown, at a system time, which a guest chose: one beyond all times is
     * the last, one before the domain's the first.
     */
    public synchronized long toHost(long systemTime) {
        long atZero = hostAtZero();
        long host = atZero + Math.max(systemTime, 0);
        return host < atZero ? Long.MAX_VALUE : host;
    }

    /** Writes a vCPU's time record into its vcpu_info, unless KVM does. */
    public void publish(MemorySegment vcpuInfo) {
        publishRecord(vcpuInfo.asSlice(VcpuInfo.time, VcpuInfo.SIZEOF_time));
    }

    /** Writes a time record that lies by itself, unless KVM does. */
    public void publishRecord(MemorySegment record) {
        if (pvclock != null) {
            pvclock.write(record);
        }
    }

    /**
     * Writes the wall clock into shared_info: the time of day at system time 0.
     *
     * @param width the guest's, which says where
     * @param realtime ns since 1970, now
     */
    public void publishWallClock(MemorySegment sharedInfo, GuestWidth width, long realtime) {
        long atZero = realtime - now();
        long clock = width.wallClock();
        int version = (int) INT.getVolatile(sharedInfo, clock) | 1;
        INT.setVolatile(sharedInfo, clock, version);
        long seconds = Math.floorDiv(atZero, NANOS_PER_SECOND);
        sharedInfo.set(ValueLayout.JAVA_INT, clock + WC_SEC, (int) seconds);
        sharedInfo.set(ValueLayout.JAVA_INT, width.wallClockHigh(), (int) (seconds >>> Integer.SIZE));
        sharedInfo.set(ValueLayout.JAVA_INT, clock + WC_NSEC, (int) Math.floorMod(atZero, NANOS_PER_SECOND));
        INT.setVolatile(sharedInfo, clock, version + 1);
    }
}
