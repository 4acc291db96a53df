package dev.lodge.vmm.hypercall;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct vcpu_runstate_info} ({@code xen/include/public/vcpu.h}): state, state_entry_time, and the time spent in
 * each of the four states.
 *
 * <p>Lodge does not yet account for time that a vCPU waited for a CPU of the host: a vCPU counts as running since it was
 * built, and steal time as none.
 */
final class Runstate {

    static final int SIZE = 48;

    private static final int RUNSTATE_running = 0;

    private Runstate() {}

    static void write(MemorySegment into, long systemTime) {
        into.asSlice(0, SIZE).fill((byte) 0);
        into.set(ValueLayout.JAVA_INT, 0, RUNSTATE_running);
        into.set(ValueLayout.JAVA_LONG, 16, systemTime);
    }
}
