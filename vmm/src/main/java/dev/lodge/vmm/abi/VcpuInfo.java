package dev.lodge.vmm.abi;

/**
 * Where things stand in {@code struct vcpu_info} and the {@code struct vcpu_time_info} within it
 * ({@code xen/include/public/xen.h}).
 *
 * <pre>
 *   0  evtchn_upcall_pending (8 bits)
 *   4  or 8: evtchn_pending_sel, as wide as the guest ({@link GuestWidth#pendingSelector}): which words of evtchn_pending have news
 *  16  arch: cr2, pad
 *  32  time: version, pad0, tsc_timestamp, system_time, tsc_to_system_mul, tsc_shift, flags
 * </pre>
 */
public final class VcpuInfo {

    public static final int SIZE = 64;

    public static final int evtchn_upcall_pending = 0;
    public static final int time = 32;

    /** Bytes in {@code struct vcpu_time_info}; the offsets below are within it. */
    public static final int SIZEOF_time = 32;

    public static final int version = 0;
    public static final int tsc_timestamp = 8;
    public static final int system_time = 16;
    public static final int tsc_to_system_mul = 24;
    public static final int tsc_shift = 28;
    public static final int flags = 29;

    /** In flags: every vCPU's TSC shows the same time, so readers need not compare with other vCPUs'. */
    public static final byte XEN_PVCLOCK_TSC_STABLE_BIT = 1;

    private VcpuInfo() {}
}
