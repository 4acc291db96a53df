package dev.lodge.vmm.abi;

/**
 * Where things stand in {@code struct shared_info} of a 64-bit guest ({@code xen/include/public/xen.h}), one frame.
 *
 * <pre>
 *     0  vcpu_info[32], 64 bytes each          the first 32 vCPUs, until they register their own
 *  2048  evtchn_pending[64], 8 bytes each      one bit a port
 *  2560  evtchn_mask[64], 8 bytes each
 *  3072  wc_version, wc_sec, wc_nsec, wc_sec_hi   the wall clock at system time 0
 *  3088  arch_shared_info
 * </pre>
 */
public final class SharedInfo {

    /** vCPUs whose vcpu_info is in here: XEN_LEGACY_MAX_VCPUS. */
    public static final int LEGACY_MAX_VCPUS = 32;

    public static final int vcpu_info = 0;
    public static final int evtchn_pending = 2048;
    public static final int evtchn_mask = 2560;
    public static final int wc_version = 3072;
    public static final int wc_sec = 3076;
    public static final int wc_nsec = 3080;
    public static final int wc_sec_hi = 3084;

    private SharedInfo() {}
}
