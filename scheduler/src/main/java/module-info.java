/**
 * Which vCPU runs next: scheduling policies as pure code over a clock, the accounting of runstates, and a simulated host
 * on which the policies can be watched.
 *
 * <p>Knows nothing of KVM, of threads or of guests; uses the JDK only.
 */
module dev.lodge.scheduler {
    requires static org.jspecify;

    exports dev.lodge.scheduler;
    exports dev.lodge.scheduler.simulation;
}
