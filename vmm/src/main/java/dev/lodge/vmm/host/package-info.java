/**
 * Finds out what a host offers to guests, and what to do about what it lacks.
 *
 * <p>Here are the questions, asked of a {@link dev.lodge.vmm.host.HostFacts} so that tests can answer them. Not here:
 * how the report is shown ({@code dev.lodge.cli}) and the calls to KVM ({@code dev.lodge.kvm}).
 */
@NullMarked
package dev.lodge.vmm.host;

import org.jspecify.annotations.NullMarked;
