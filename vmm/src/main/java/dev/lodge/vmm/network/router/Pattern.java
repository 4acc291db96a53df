package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.FrameHeaders;

/**
 * Which frames a rule is about. Addresses are those of IP, and those that ARP speaks of; a pattern with ports is not about
 * fragments, which do not show theirs.
 *
 * @param protocol any, or one
 */
public record Pattern(
        Direction direction,
        Protocol protocol,
        Prefix source,
        PortRange sourcePorts,
        Prefix destination,
        PortRange destinationPorts) {

    /** All frames. */
    public static final Pattern ALL =
            new Pattern(Direction.ANY, Protocol.ANY, Prefix.ANY, PortRange.ANY, Prefix.ANY, PortRange.ANY);

    /** Whether a frame that goes that way is one of these. */
    public boolean matches(Direction way, FrameHeaders frame) {
        if (!direction.covers(way) || !protocol.covers(frame)) {
            return false;
        }
        int version = frame.etherType() == FrameHeaders.ETHER_ARP ? 4 : frame.ipVersion();
        return source.covers(version, frame.sourceHigh(), frame.sourceLow())
                && destination.covers(version, frame.destinationHigh(), frame.destinationLow())
                && (sourcePorts.isAny() || (frame.hasPorts() && sourcePorts.covers(frame.sourcePort())))
                && (destinationPorts.isAny() || (frame.hasPorts() && destinationPorts.covers(frame.destinationPort())));
    }
}
