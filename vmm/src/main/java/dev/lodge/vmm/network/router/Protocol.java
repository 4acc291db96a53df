package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.FrameHeaders;

/** What a frame carries. */
public enum Protocol {
    ANY("any", 0),
    ARP("arp", FrameHeaders.ETHER_ARP),
    IPV4("ip4", FrameHeaders.ETHER_IPV4),
    IPV6("ip6", FrameHeaders.ETHER_IPV6),
    TCP("tcp", FrameHeaders.TCP),
    UDP("udp", FrameHeaders.UDP),
    /** Either version's. */
    ICMP("icmp", FrameHeaders.ICMP);

    final String word;
    private final int number;

    Protocol(String word, int number) {
        this.word = word;
        this.number = number;
    }

    boolean covers(FrameHeaders frame) {
        return switch (this) {
            case ANY -> true;
            case ARP, IPV4, IPV6 -> frame.etherType() == number;
            case TCP, UDP -> frame.ipVersion() != 0 && frame.protocol() == number;
            case ICMP ->
                (frame.ipVersion() == 4 && frame.protocol() == FrameHeaders.ICMP)
                        || (frame.ipVersion() == 6 && frame.protocol() == FrameHeaders.ICMPV6);
        };
    }

    boolean hasPorts() {
        return this == TCP || this == UDP;
    }
}
