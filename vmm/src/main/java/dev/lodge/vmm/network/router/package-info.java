/**
 * The virtual firewall-router that stands between a domain's interface and the network: an ordered list of patterns and
 * actions, the check that a domain sends under its own addresses, and limits of how much it sends.
 *
 * <p>After section 3.3 of <i>Xen and the Art of Virtualization</i> (SOSP 2003). Not for: moving frames ({@code network}) or
 * knowing whose they are ({@code backend.net}).
 */
@NullMarked
package dev.lodge.vmm.network.router;

import org.jspecify.annotations.NullMarked;
