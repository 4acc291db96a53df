package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.VaryingStruct.Member.U32;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U64;

/**
 * {@code struct vcpu_runstate_info}: {@code xen/include/public/vcpu.h}. The names are the header's, the offsets those of the
 * 64-bit form.
 */
public final class RunstateInfo {

    /** Its form. */
    public static final VaryingStruct vcpu_runstate_info = VaryingStruct.of(U32, U64, U64, U64, U64, U64);

    /** Bytes of the larger of its forms, which is the 64-bit one. */
    public static final int SIZE = vcpu_runstate_info.size(GuestWidth.BITS_64);

    public static final int state = 0;
    public static final int state_entry_time = 8;

    /** Four counts of nanoseconds, by state. */
    public static final int time = 16;

    public static final int RUNSTATE_running = 0;
    public static final int RUNSTATE_runnable = 1;
    public static final int RUNSTATE_blocked = 2;
    public static final int RUNSTATE_offline = 3;

    /** In state_entry_time while the record is being changed, for guests that asked for it by vm_assist. */
    public static final long XEN_RUNSTATE_UPDATE = 1L << 63;

    private RunstateInfo() {}
}
