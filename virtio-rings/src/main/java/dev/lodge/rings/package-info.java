/**
 * Guest addresses, the view of guest memory, the descriptor rings of Xen's split devices, and the byte rings of its console,
 * xenstore and 9pfs.
 *
 * <p>For: naming places in a guest's memory and moving bytes through rings shared with it, trusting nothing the other
 * side wrote. Not for: mapping memory, ringing doorbells (event channels), or knowing what the bytes mean.
 */
@NullMarked
package dev.lodge.rings;

import org.jspecify.annotations.NullMarked;
