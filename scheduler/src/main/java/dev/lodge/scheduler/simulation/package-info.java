/**
 * A host that is only simulated, on which the policies of {@link dev.lodge.scheduler} run domains of given behaviour, and
 * charts of what happened there.
 *
 * <p>For: seeing, and testing, what a policy does. Not for: driving real vCPUs. Everything is deterministic: the same
 * domains and seeds give the same schedule, figures and chart.
 */
@NullMarked
package dev.lodge.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
