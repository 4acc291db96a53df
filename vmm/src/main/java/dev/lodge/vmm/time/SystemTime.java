package dev.lodge.vmm.time;

import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A domain's system time: nanoseconds since it was built, on the host's monotonic clock, and the records by which the
 * guest computes it from its TSC ({@code struct vcpu_time_info} in {@code xen/include/public/xen.h}).
 *
 * <p>Immutable; any thread.
 */
public final class SystemTime {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long startedAt;
    private final long tscAtStart;
    private final TscScale scale;

    /**
     * A clock.
     *
     * @param startedAt {@link System#nanoTime} at system time 0
     * @param tscAtStart the vCPUs' TSC at that moment
     * @param tscKilohertz how fast it runs
     */
    public SystemTime(long startedAt, long tscAtStart, long tscKilohertz) {
        this.startedAt = startedAt;
        this.tscAtStart = tscAtStart;
        scale = TscScale.of(tscKilohertz);
    }

    /** System time now, in ns. */
    public long now() {
        return System.nanoTime() - startedAt;
    }

    /**
     * What {@link System#nanoTime} shows at a system time, which a guest chose: one beyond all times is the last, one
     * before the domain's the first.
     */
    public long toHost(long systemTime) {
        long host = startedAt + Math.max(systemTime, 0);
        return host < startedAt ? Long.MAX_VALUE : host;
    }

    /**
     * Writes a vCPU's time record into its vcpu_info. The version is odd meanwhile, so a reader in the guest tries
     * again.
     */
    public void publish(MemorySegment vcpuInfo) {
        MemorySegment time = vcpuInfo.asSlice(VcpuInfo.time, VcpuInfo.SIZEOF_time);
        int version = (int) INT.getVolatile(time, (long) VcpuInfo.version) | 1;
        INT.setVolatile(time, (long) VcpuInfo.version, version);
        time.set(ValueLayout.JAVA_LONG, VcpuInfo.tsc_timestamp, tscAtStart);
        time.set(ValueLayout.JAVA_LONG, VcpuInfo.system_time, 0);
        time.set(ValueLayout.JAVA_INT, VcpuInfo.tsc_to_system_mul, scale.multiplier());
        time.set(ValueLayout.JAVA_BYTE, VcpuInfo.tsc_shift, (byte) scale.shift());
        time.set(ValueLayout.JAVA_BYTE, VcpuInfo.flags, VcpuInfo.XEN_PVCLOCK_TSC_STABLE_BIT);
        INT.setVolatile(time, (long) VcpuInfo.version, version + 1);
    }

    /**
     * Writes the wall clock into shared_info: the time of day at system time 0.
     *
     * @param realtime ns since 1970, now
     */
    public void publishWallClock(MemorySegment sharedInfo, long realtime) {
        long atZero = realtime - now();
        int version = (int) INT.getVolatile(sharedInfo, (long) SharedInfo.wc_version) | 1;
        INT.setVolatile(sharedInfo, (long) SharedInfo.wc_version, version);
        long seconds = Math.floorDiv(atZero, NANOS_PER_SECOND);
        sharedInfo.set(ValueLayout.JAVA_INT, SharedInfo.wc_sec, (int) seconds);
        sharedInfo.set(ValueLayout.JAVA_INT, SharedInfo.wc_sec_hi, (int) (seconds >>> Integer.SIZE));
        sharedInfo.set(ValueLayout.JAVA_INT, SharedInfo.wc_nsec, (int) Math.floorMod(atZero, NANOS_PER_SECOND));
        INT.setVolatile(sharedInfo, (long) SharedInfo.wc_version, version + 1);
    }
}
