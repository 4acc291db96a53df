package dev.lodge.vmm.abi;

/**
 * Where things stand in {@code struct shared_info} ({@code xen/include/public/xen.h}), one frame, whatever the width of its
 * guest; the rest is at places that {@link GuestWidth} tells.
 */
public final class SharedInfo {

    /** vCPUs whose vcpu_info is in here: XEN_LEGACY_MAX_VCPUS. */
    public static final int LEGACY_MAX_VCPUS = 32;

    /** The first 32 vCPUs', of 64 bytes each, until they register their own. */
    public static final int vcpu_info = 0;

    /** One bit a port. */
    public static final int evtchn_pending = 2048;

    private SharedInfo() {}
}
