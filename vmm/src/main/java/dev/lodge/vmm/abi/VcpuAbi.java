package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.VaryingStruct.Member.U32;
import static dev.lodge.vmm.abi.VaryingStruct.Member.U64;

/** Operations on vCPUs: {@code xen/include/public/vcpu.h}. The names are the header's. */
public final class VcpuAbi {

    public static final int VCPUOP_initialise = 0;
    public static final int VCPUOP_up = 1;
    public static final int VCPUOP_down = 2;
    public static final int VCPUOP_is_up = 3;
    public static final int VCPUOP_get_runstate_info = 4;
    public static final int VCPUOP_register_runstate_memory_area = 5;
    public static final int VCPUOP_set_periodic_timer = 6;
    public static final int VCPUOP_stop_periodic_timer = 7;
    public static final int VCPUOP_set_singleshot_timer = 8;
    public static final int VCPUOP_stop_singleshot_timer = 9;
    public static final int VCPUOP_register_vcpu_info = 10;
    public static final int VCPUOP_send_nmi = 11;
    public static final int VCPUOP_get_physid = 12;
    public static final int VCPUOP_register_vcpu_time_memory_area = 13;

    /** Refuse, with ETIME, a deadline that has passed. */
    public static final int VCPU_SSHOTTMR_future = 1;

    /** {@code struct vcpu_set_singleshot_timer}: timeout_abs_ns, flags. */
    public static final VaryingStruct vcpu_set_singleshot_timer = VaryingStruct.of(U64, U32);

    /** Bytes in {@code struct vcpu_register_vcpu_info}: mfn, offset, rsvd. */
    public static final int SIZEOF_register_vcpu_info = 16;

    private VcpuAbi() {}
}
