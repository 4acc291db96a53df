package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_multicall(call_list, nr_calls)}: several hypercalls in one ({@code struct multicall_entry} of {@code
 * xen/include/public/xen.h}: op, result, args[6], an {@code unsigned long} each). One within another is refused.
 */
final class Multicall implements Hypercall {

    private static final int LONGS_IN_entry = 8;
    private static final int RESULT = 1;
    private static final int ARGS = 2;

    private final HypercallTable table;

    Multicall(HypercallTable table) {
        this.table = table;
    }

    @Override
    public long call(Caller caller, long list, long count, long a3, long a4, long a5) {
        if (caller.inMulticall() || count < 0 || count > Integer.MAX_VALUE) {
            return -EINVAL;
        }
        caller.setInMulticall(true);
        try {
            for (long i = 0; i < count && caller.goesOn(); i++) {
                long entry = list + i * LONGS_IN_entry * caller.width().longBytes();
                MemorySegment copy = caller.readLongs(entry, LONGS_IN_entry);
                long result = table.call(
                        caller,
                        copy.getAtIndex(ValueLayout.JAVA_LONG, 0),
                        copy.getAtIndex(ValueLayout.JAVA_LONG, ARGS),
                        copy.getAtIndex(ValueLayout.JAVA_LONG, ARGS + 1),
                        copy.getAtIndex(ValueLayout.JAVA_LONG, ARGS + 2),
                        copy.getAtIndex(ValueLayout.JAVA_LONG, ARGS + 3),
                        copy.getAtIndex(ValueLayout.JAVA_LONG, ARGS + 4));
                caller.writeLong(entry, RESULT, result);
            }
        } finally {
            caller.setInMulticall(false);
        }
        return 0;
    }
}
