/**
 * Hypercalls: one class for each, which reads like its page in Xen's header, and one table that names them. A handler
 * copies its arguments once, checks the copy and acts on the domain; it knows neither how the call arrived nor who runs
 * the back ends.
 */
@NullMarked
package dev.lodge.vmm.hypercall;

import org.jspecify.annotations.NullMarked;
