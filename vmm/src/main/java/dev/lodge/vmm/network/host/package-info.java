/**
 * Ports to what the host has: a tap interface of its kernel, and passt, a process that speaks for a guest without root's
 * rights.
 *
 * <p>Not for: what goes over them ({@code network}), nor what may ({@code network.router}).
 */
@NullMarked
package dev.lodge.vmm.network.host;

import org.jspecify.annotations.NullMarked;
