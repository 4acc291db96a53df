package dev.lodge.vmm;

import org.jspecify.annotations.Nullable;

/**
 * How a domain ended.
 *
 * @param reason why
 * @param detail one line for a person; empty where the reason says all
 * @param registers of the vCPU that crashed; null where none did
 */
public record Shutdown(
        Reason reason, String detail, @Nullable RegisterDump registers) {

    /** Why a domain ended: {@code SHUTDOWN_*} of {@code xen/include/public/sched.h}, and what only a monitor can say. */
    public enum Reason {
        /** The guest powered off. */
        POWEROFF,
        /** The guest wants to start again. */
        REBOOT,
        /** The guest suspended itself. */
        SUSPEND,
        /** The guest crashed, or broke the ABI. */
        CRASH,
        /** The guest's watchdog ran out. */
        WATCHDOG,
        /** The guest wants its Xen interfaces anew, as before a kexec. */
        SOFT_RESET,
        /** This process ended it. */
        DESTROYED,
        /** This process failed at running it: a bug of Lodge, or the host refused something. */
        FAILED
    }

    /** An end of which no vCPU is the cause. */
    public Shutdown(Reason reason, String detail) {
        this(reason, detail, null);
    }

    /** An end that needs no detail. */
    public static Shutdown of(Reason reason) {
        return new Shutdown(reason, "");
    }
}
