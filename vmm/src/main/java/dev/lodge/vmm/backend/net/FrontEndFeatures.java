package dev.lodge.vmm.backend.net;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.network.Frame;

/**
 * What a front end can do with the frames that it is given.
 *
 * @param scatter it takes frames that need more than one slot
 * @param checksum4 it takes IPv4 whose TCP or UDP checksum is not filled in
 * @param checksum6 the same of IPv6
 * @param segmentation4 it takes TCP over IPv4 larger than the network's segments
 * @param segmentation6 the same over IPv6
 * @param choosesGroups it wants to hear only of the multicast groups that it names
 */
record FrontEndFeatures(
        boolean scatter,
        boolean checksum4,
        boolean checksum6,
        boolean segmentation4,
        boolean segmentation6,
        boolean choosesGroups) {

    static FrontEndFeatures read(FrontEnd front) throws ConnectionFault {
        boolean scatter = front.has("feature-sg");
        return new FrontEndFeatures(
                scatter,
                !front.has("feature-no-csum-offload"),
                front.has("feature-ipv6-csum-offload"),
                front.has("feature-gso-tcpv4") && scatter,
                front.has("feature-gso-tcpv6") && scatter,
                front.has("request-multicast-control"));
    }

    /** Whether it takes a frame without its checksum. */
    boolean takesBlank(Frame frame) {
        return frame.headers().ipVersion() == 4 ? checksum4 : checksum6;
    }

    /** Whether it takes a frame that would have to be cut on a wire. */
    boolean takesLarge(Frame frame) {
        return takesBlank(frame) && (frame.headers().ipVersion() == 4 ? segmentation4 : segmentation6);
    }
}
