/**
 * Scheduling policies over a clock, and the accounting of each vCPU's runstate.
 *
 * <p>For: deciding which vCPU a CPU runs, and until when. Not for: reading clocks, stopping vCPUs, or threads: whoever
 * drives a {@link dev.lodge.scheduler.Policy} passes the time in, arms the timers, and calls from one thread at a time.
 */
@NullMarked
package dev.lodge.scheduler;

import org.jspecify.annotations.NullMarked;
