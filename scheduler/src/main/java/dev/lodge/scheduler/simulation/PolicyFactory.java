package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.CpuTimers;
import dev.lodge.scheduler.Policy;

/** Makes the policy under simulation, for a host of so many CPUs. */
@FunctionalInterface
public interface PolicyFactory {

    /** A policy for CPUs and vCPUs numbered from 0, which sets its deadlines by the timers given. */
    Policy create(int cpus, int vcpus, CpuTimers timers);
}
