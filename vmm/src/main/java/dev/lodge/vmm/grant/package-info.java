/**
 * Grant tables ({@code xen/include/public/grant_table.h}): by which a guest lets Domain 0 at single frames of its memory,
 * and the only way by which a back end reaches a frame that a guest names.
 */
@NullMarked
package dev.lodge.vmm.grant;

import org.jspecify.annotations.NullMarked;
