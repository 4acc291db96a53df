/**
 * Time as a domain sees it: nanoseconds since it was built, and the pvclock records by which it reads them from its TSC.
 */
@NullMarked
package dev.lodge.vmm.time;

import org.jspecify.annotations.NullMarked;
