package dev.lodge.vmm.hypercall;

import dev.lodge.vmm.abi.HvmAbi;
import java.util.concurrent.atomic.AtomicLongArray;

/** The HVM parameters of a domain: {@code xen/include/public/hvm/params.h}. Any thread. */
public final class HvmParams {

    private final AtomicLongArray values = new AtomicLongArray(HvmAbi.HVM_NR_PARAMS);

    /** The value of a parameter that exists. */
    public long get(int param) {
        return values.get(param);
    }

    public void set(int param, long value) {
        values.set(param, value);
    }

    /** Whether a number names a parameter at all. */
    static boolean exists(int param) {
        return param >= 0 && param < HvmAbi.HVM_NR_PARAMS;
    }

    /** Whether a parameter means nothing any more, so that it is neither set nor read. */
    static boolean isDeprecated(int param) {
        return switch (param) {
            case HvmAbi.HVM_PARAM_PAE_ENABLED,
                    HvmAbi.HVM_PARAM_DM_DOMAIN,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_CR0,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_CR3,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_CR4,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_INT3,
                    HvmAbi.HVM_PARAM_NESTEDHVM,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_SINGLE_STEP,
                    HvmAbi.HVM_PARAM_BUFIOREQ_EVTCHN,
                    HvmAbi.HVM_PARAM_MEMORY_EVENT_MSR -> true;
            default -> false;
        };
    }
}
