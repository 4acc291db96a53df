/**
 * The guest's ABI as numbers: one class per public header of Xen, with the header's own names, so that a reader finds
 * both at once. The headers (Debian's libxen-dev) are the authority. No behaviour here, and nothing of Lodge's own.
 */
@NullMarked
package dev.lodge.vmm.abi;

import org.jspecify.annotations.NullMarked;
