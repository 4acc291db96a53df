package dev.lodge.vmm.vcpu;

import dev.lodge.linux.ThreadTimes;
import dev.lodge.vmm.abi.RunstateInfo;
import dev.lodge.vmm.time.SystemTime;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Where a vCPU's time went, in Xen's terms, as the host's scheduler accounts for its thread: on a CPU it is running, ready
 * but without one it is runnable (which guests call stolen), before it was started and while it is paused it is offline, and
 * the rest of the time it is blocked.
 *
 * <p>Its own thread calls {@link #begin}; any may ask.
 */
final class RunstateAccount implements AutoCloseable {

    private @Nullable ThreadTimes thread; // all guarded by this
    private long runningBefore; // the thread, till it became the vCPU's
    private long waitingBefore;
    private long running; // as last written
    private long runnable;
    private boolean online;
    private long offlineSince;
    private long offline;
    private long entered;
    private int state = RunstateInfo.RUNSTATE_offline;

    /** The calling thread is the vCPU's from now on. */
    synchronized void begin() {
        thread = ThreadTimes.ofCurrentThread();
        thread.read();
        runningBefore = thread.runningNanos();
        waitingBefore = thread.waitingNanos();
    }

    /** The vCPU runs for the first time, or again. */
    synchronized void online(long now) {
        if (!online) {
            online = true;
            offline += now - offlineSince;
            state = RunstateInfo.RUNSTATE_running;
            entered = now;
        }
    }

    /** The vCPU is held. */
    synchronized void offline(long now) {
        if (online) {
            online = false;
            offlineSince = now;
            state = RunstateInfo.RUNSTATE_offline;
            entered = now;
        }
    }

    /**
     * Writes a {@code struct vcpu_runstate_info}. Its four times add up to the system time.
     */
    synchronized void write(MemorySegment into, SystemTime time) {
        if (thread != null) {
            thread.read();
        }
        long now = time.now(); // after the thread's times, which must not exceed it
        long away = offline + (online ? 0 : now - offlineSince);
        long left = now - away;
        if (thread != null) {
            // The host's two clocks may disagree a little; a guest's must never go back.
            running = Math.clamp(thread.runningNanos() - runningBefore, running, left - runnable);
            runnable = Math.clamp(thread.waitingNanos() - waitingBefore, runnable, left - running);
        }
        into.set(ValueLayout.JAVA_LONG, RunstateInfo.state, state); // and the padding behind it
        into.set(ValueLayout.JAVA_LONG, RunstateInfo.state_entry_time, entered);
        set(into, RunstateInfo.RUNSTATE_running, running);
        set(into, RunstateInfo.RUNSTATE_runnable, runnable);
        set(into, RunstateInfo.RUNSTATE_blocked, left - running - runnable);
        set(into, RunstateInfo.RUNSTATE_offline, away);
    }

    private static void set(MemorySegment into, int state, long nanos) {
        into.set(ValueLayout.JAVA_LONG, RunstateInfo.time + state * (long) Long.BYTES, nanos);
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.close();
        }
    }
}
