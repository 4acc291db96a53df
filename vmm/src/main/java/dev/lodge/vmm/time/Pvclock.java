package dev.lodge.vmm.time;

import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * How a guest computes its system time from its TSC: {@code struct vcpu_time_info} in {@code xen/include/public/xen.h}.
 *
 * <p>The relation never changes, so that a record is right for ever once it is written, in vcpu_info and in the page that
 * a guest maps into its processes' vDSO.
 *
 * @param tscAtZero the TSC at system time 0
 */
public record Pvclock(long tscAtZero, TscScale scale) {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    /** The system time at a TSC, in ns. */
    public long nanosAt(long tsc) {
        return scale.nanos(tsc - tscAtZero);
    }

    /**
     * Writes the record. Its version is odd meanwhile, so that a reader in the guest tries again.
     *
     * @param record {@link VcpuInfo#SIZEOF_time} bytes
     */
    public void write(MemorySegment record) {
        int version = (int) INT.getVolatile(record, (long) VcpuInfo.version) | 1;
        INT.setVolatile(record, (long) VcpuInfo.version, version);
        record.set(ValueLayout.JAVA_LONG, VcpuInfo.tsc_timestamp, tscAtZero);
        record.set(ValueLayout.JAVA_LONG, VcpuInfo.system_time, 0);
        record.set(ValueLayout.JAVA_INT, VcpuInfo.tsc_to_system_mul, scale.multiplier());
        record.set(ValueLayout.JAVA_BYTE, VcpuInfo.tsc_shift, (byte) scale.shift());
        record.set(ValueLayout.JAVA_BYTE, VcpuInfo.flags, VcpuInfo.XEN_PVCLOCK_TSC_STABLE_BIT);
        INT.setVolatile(record, (long) VcpuInfo.version, version + 1);
    }
}
