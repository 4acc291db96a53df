package dev.lodge.vmm.domain;

import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.event.EventWaiters;
import dev.lodge.vmm.vcpu.PauseGate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How a domain ends: of all reasons the first counts, and stops its vCPUs, wherever their threads are. Any thread.
 */
final class DomainEnd {

    private static final int NO_CODE = -1;

    private final String name;
    private final VcpuGroup vcpus;
    private final EventWaiters waiters;
    private final PauseGate pauseGate;
    private final AtomicReference<@Nullable Shutdown> reason = new AtomicReference<>();
    private final AtomicInteger code = new AtomicInteger(NO_CODE);

    /**
     * The end of a domain that lives.
     *
     * @param waiters where vCPUs wait in a poll
     * @param pauseGate where they wait while the domain is paused
     */
    DomainEnd(String name, VcpuGroup vcpus, EventWaiters waiters, PauseGate pauseGate) {
        this.name = name;
        this.vcpus = vcpus;
        this.waiters = waiters;
        this.pauseGate = pauseGate;
    }

    /** Ends the domain, if it has not been ended. */
    void end(Shutdown why) {
        if (reason.compareAndSet(null, why)) {
            vcpus.kick();
            waiters.wake();
            pauseGate.wake();
        }
    }

    /** How it ended, or is about to; null while it runs. */
    @Nullable
    Shutdown reason() {
        return reason.get();
    }

    boolean isComing() {
        return reason.get() != null;
    }

    /** Of which reason the guest's next shutdown will be, whatever it says itself. Once only. */
    void setCode(int shutdownCode) {
        code.compareAndSet(NO_CODE, shutdownCode);
    }

    /** The guest, or its watchdog, wants an end: {@code SHUTDOWN_*}. */
    void shutdown(int shutdownCode) {
        int first = code.get();
        Shutdown.Reason why =
                switch (first == NO_CODE ? shutdownCode : first) {
                    case 0 -> Shutdown.Reason.POWEROFF;
                    case 1 -> Shutdown.Reason.REBOOT;
                    case 2 -> Shutdown.Reason.SUSPEND;
                    case 4 -> Shutdown.Reason.WATCHDOG;
                    case 5 -> Shutdown.Reason.SOFT_RESET;
                    default -> Shutdown.Reason.CRASH;
                };
        end(why == Shutdown.Reason.CRASH ? new Shutdown(why, "", vcpus.registersHere()) : Shutdown.of(why));
    }

    /** The guest cannot go on, or must not: for a reason of one line. */
    void crash(String detail) {
        end(new Shutdown(Shutdown.Reason.CRASH, detail, vcpus.registersHere()));
    }

    /** This process failed at serving the guest. */
    void failed(Throwable failure) {
        LoggerFactory.getLogger(DomainEnd.class).error("{} failed", name, failure);
        end(new Shutdown(Shutdown.Reason.FAILED, failure.toString(), vcpus.registersHere()));
    }

    /** A handler of the I/O thread failed: the guest's fault, or ours. */
    void handlerFailed(Throwable failure) {
        if (failure instanceof GuestFault fault) {
            crash(String.valueOf(fault.getMessage()));
        } else {
            failed(failure);
        }
    }
}
