/**
 * The back end of PV consoles: bytes between a guest's console ring and whoever holds the other end in this process
 * ({@code xen/include/public/io/console.h}). Does not know what the bytes say.
 */
@NullMarked
package dev.lodge.vmm.backend.console;

import org.jspecify.annotations.NullMarked;
