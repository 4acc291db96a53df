/**
 * A domain's memory: its RAM by guest-physical address, the walk of its page tables, and copies from and to what its
 * hypercalls point at. Knows nothing of what the bytes mean.
 */
@NullMarked
package dev.lodge.vmm.memory;

import org.jspecify.annotations.NullMarked;
