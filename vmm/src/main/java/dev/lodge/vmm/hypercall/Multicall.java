package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_multicall(call_list, nr_calls)}: several hypercalls in one ({@code struct multicall_entry} of {@code
 * xen/include/public/xen.h}: op, result, args[6], 8 bytes each). One within another is refused.
 */
final class Multicall implements Hypercall {

    private static final int SIZEOF_entry = 64;
    private static final int RESULT = 8;
    private static final int ARGS = 16;

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
                long entry = list + i * SIZEOF_entry;
                MemorySegment copy = caller.read(entry, SIZEOF_entry);
                long result = table.call(
                        caller,
                        copy.get(ValueLayout.JAVA_LONG, 0),
                        copy.get(ValueLayout.JAVA_LONG, ARGS),
                        copy.get(ValueLayout.JAVA_LONG, ARGS + 8),
                        copy.get(ValueLayout.JAVA_LONG, ARGS + 16),
                        copy.get(ValueLayout.JAVA_LONG, ARGS + 24),
                        copy.get(ValueLayout.JAVA_LONG, ARGS + 32));
                caller.answer().set(ValueLayout.JAVA_LONG, RESULT, result);
                caller.write(entry, RESULT, Long.BYTES);
            }
        } finally {
            caller.setInMulticall(false);
        }
        return 0;
    }
}
