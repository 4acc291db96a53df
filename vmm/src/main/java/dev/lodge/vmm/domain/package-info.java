/**
 * Domains: how one is put together from memory, vCPUs, event channels, grants, a place in xenstore and back ends, how it
 * ends, and what Domain 0 keeps for all of them.
 */
@NullMarked
package dev.lodge.vmm.domain;

import org.jspecify.annotations.NullMarked;
