package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.event.EventChannels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code HYPERVISOR_sched_op(cmd, arg)}: yield, block, poll, shut down ({@code xen/include/public/sched.h}). */
final class SchedOp implements Hypercall {

    private static final int SIZEOF_remote_shutdown = 8;
    private static final int SIZEOF_watchdog = 8;
    private static final int MAX_POLL_PORTS = 128; // Xen's

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // to yield is what the guest asks for
    public long call(Caller caller, long command, long argument, long a3, long a4, long a5) {
        return switch ((int) command) {
            case SchedAbi.SCHEDOP_yield -> {
                Thread.yield();
                yield 0;
            }
            case SchedAbi.SCHEDOP_block -> {
                VcpuOp.require(caller.domain(), caller.vcpu()).halt();
                yield 0;
            }
            case SchedAbi.SCHEDOP_shutdown -> {
                caller.domain().shutdown(caller.read(argument, Integer.BYTES).get(ValueLayout.JAVA_INT, 0) & 0xff);
                yield 0;
            }
            case SchedAbi.SCHEDOP_shutdown_code -> {
                int reason = caller.read(argument, Integer.BYTES).get(ValueLayout.JAVA_INT, 0) & 0xff;
                caller.domain().setShutdownCode(reason);
                yield 0;
            }
            case SchedAbi.SCHEDOP_remote_shutdown -> {
                MemorySegment copy = caller.read(argument, SIZEOF_remote_shutdown);
                int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
                yield domid == caller.domain().domid() ? -EPERM : caller.otherDomain(domid); // Domain 0's
            }
            case SchedAbi.SCHEDOP_watchdog -> {
                MemorySegment copy = caller.read(argument, SIZEOF_watchdog);
                yield caller.domain()
                        .watchdogs()
                        .set(copy.get(ValueLayout.JAVA_INT, 0), copy.get(ValueLayout.JAVA_INT, 4), System.nanoTime());
            }
            case SchedAbi.SCHEDOP_pin_override -> -EPERM; // Domain 0's
            case SchedAbi.SCHEDOP_poll -> poll(caller, argument);
            default -> -ENOSYS;
        };
    }

    private static long poll(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SchedAbi.sched_poll);
        long ports = copy.get(ValueLayout.JAVA_LONG, 0);
        int count = copy.get(ValueLayout.JAVA_INT, 8);
        long timeout = copy.get(ValueLayout.JAVA_LONG, 16);
        if (count < 0 || count > MAX_POLL_PORTS) {
            return -EINVAL;
        }
        MemorySegment list = caller.read(ports, count * Integer.BYTES);
        GuestDomain domain = caller.domain();
        EventChannels events = domain.events();
        for (int i = 0; i < count; i++) {
            if (!events.isBound(list.get(ValueLayout.JAVA_INT, i * (long) Integer.BYTES))) {
                return -EINVAL;
            }
        }
        long deadline = timeout == 0 ? Long.MAX_VALUE : domain.time().toHost(timeout);
        try {
            // A guest that is paused finds that its poll ended early, as the ABI allows.
            events.waiters()
                    .await(
                            () -> domain.isEnding() || domain.isPaused() || hasNews(events, caller.vcpu(), list, count),
                            deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the vCPU is to stop
        }
        return 0;
    }

    private static boolean hasNews(EventChannels events, int vcpu, MemorySegment ports, int count) {
        for (int i = 0; i < count; i++) {
            if (events.isPending(ports.get(ValueLayout.JAVA_INT, i * (long) Integer.BYTES))) {
                return true;
            }
        }
        return events.isUpcallPending(vcpu);
    }
}
