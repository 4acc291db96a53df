/**
 * Lodge for programs: describe a guest, start it, wait for it. All else of this module is behind it.
 *
 * <p>Errors have one type for each owner: {@link dev.lodge.vmm.BootException} for what was asked for, {@link
 * dev.lodge.linux.LinuxException} for what the host refused; what a guest does wrong ends the guest, and is told by its
 * {@link dev.lodge.vmm.Shutdown}.
 */
@NullMarked
package dev.lodge.vmm;

import org.jspecify.annotations.NullMarked;
