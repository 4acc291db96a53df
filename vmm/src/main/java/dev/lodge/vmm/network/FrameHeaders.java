package dev.lodge.vmm.network;

/**
 * What the headers of one frame say: read once, by whoever asks first, and never beyond what the frame really has. A field
 * that the frame has not is 0 or false, unless it says otherwise.
 *
 * <p>Sources: RFC 826 (ARP), 791 and 8200 (IP), 9293 (TCP), 768 (UDP), 4861 (neighbours in IPv6), IEEE 802.1Q.
 */
public final class FrameHeaders {

    public static final int ETHER_IPV4 = 0x0800;
    public static final int ETHER_ARP = 0x0806;
    public static final int ETHER_IPV6 = 0x86dd;
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    static final int DESTINATION_MAC = 0;
    static final int SOURCE_MAC = 6;

    private static final int ETHER_TYPE = 12;
    private static final int ETHER_VLAN = 0x8100;
    private static final int ETHER_PROVIDER_VLAN = 0x88a8;
    private static final int MOST_TAGS = 2;
    private static final int IPV4_MIN = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_MIN = 20;
    private static final int UDP_HEADER = 8;
    private static final int ARP_IPV4 = 28;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int ADVERTISEMENT = 24;
    private static final long MAPPED = 0xffff_0000_0000L;

    private final ExtensionHeaders extensions = new ExtensionHeaders();
    private long destinationMac;
    private long sourceMac;
    private int etherType;
    private int networkOffset;
    private int ipVersion;
    private int protocol;
    private int transportOffset;
    private int end;
    private boolean malformed;
    private boolean fragment;
    private boolean ports;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int sourcePort;
    private int destinationPort;
    private long arpSenderMac;
    private boolean advertisement;
    private long advertisedHigh;
    private long advertisedLow;

    FrameHeaders() {}

    void parse(Frame frame) {
        clear();
        int length = frame.length();
        destinationMac = frame.mac(DESTINATION_MAC);
        sourceMac = frame.mac(SOURCE_MAC);
        int at = ETHER_TYPE;
        etherType = frame.u16(at);
        for (int tags = 0; tags < MOST_TAGS && isVlan(etherType); tags++) {
            at += 4;
            if (at + 2 > length) {
                malformed = true;
                return;
            }
            etherType = frame.u16(at);
        }
        networkOffset = at + 2;
        end = length;
        switch (etherType) {
            case ETHER_IPV4 -> ipv4(frame, networkOffset, length);
            case ETHER_IPV6 -> ipv6(frame, networkOffset, length);
            case ETHER_ARP -> arp(frame, networkOffset, length);
            default -> {
                // a frame of some other kind
            }
        }
    }

    private void clear() {
        etherType = 0;
        networkOffset = 0;
        ipVersion = 0;
        protocol = 0;
        transportOffset = 0;
        end = 0;
        malformed = false;
        fragment = false;
        ports = false;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        sourcePort = 0;
        destinationPort = 0;
        arpSenderMac = 0;
        advertisement = false;
        advertisedHigh = 0;
        advertisedLow = 0;
    }

    private static boolean isVlan(int type) {
        return type == ETHER_VLAN || type == ETHER_PROVIDER_VLAN;
    }

    private void ipv4(Frame frame, int at, int length) {
        if (at + IPV4_MIN > length || frame.u8(at) >>> 4 != 4) {
            malformed = true;
            return;
        }
        int header = (frame.u8(at) & 15) * 4;
        int total = frame.u16(at + 2);
        if (header < IPV4_MIN || total < header || at + total > length) {
            malformed = true;
            return;
        }
        ipVersion = 4;
        end = at + total;
        protocol = frame.u8(at + 9);
        sourceLow = mapped(frame.i32(at + 12));
        destinationLow = mapped(frame.i32(at + 16));
        int fragmentation = frame.u16(at + 6) & 0x3fff;
        fragment = fragmentation != 0;
        transport(frame, at + header, fragmentation & 0x1fff);
    }

    private void ipv6(Frame frame, int at, int length) {
        if (at + IPV6_HEADER > length || frame.u8(at) >>> 4 != 6) {
            malformed = true;
            return;
        }
        int payload = frame.u16(at + 4);
        end = at + IPV6_HEADER + payload;
        if (end > length) {
            end = length;
            malformed = true;
            return;
        }
        ipVersion = 6;
        sourceHigh = frame.i64(at + 8);
        sourceLow = frame.i64(at + 16);
        destinationHigh = frame.i64(at + 24);
        destinationLow = frame.i64(at + 32);
        boolean whole = extensions.read(frame, frame.u8(at + 6), at + IPV6_HEADER, end);
        fragment = extensions.isFragment();
        if (!whole) {
            malformed = true;
            return;
        }
        protocol = extensions.protocol();
        transport(frame, extensions.end(), extensions.fragmentOffset());
    }

    /** Of a fragment that is not the first nothing is known; a first one too short to tell is there to deceive. */
    private void transport(Frame frame, int at, int fragmentOffset) {
        boolean hasPorts = protocol == TCP || protocol == UDP;
        if (fragmentOffset != 0) {
            malformed = protocol == TCP && fragmentOffset * 8 < TCP_MIN; // it would lie over the first one's header
            return;
        }
        int least = protocol == TCP ? TCP_MIN : protocol == UDP ? UDP_HEADER : 0;
        if (at + least > end) {
            malformed = true;
            return;
        }
        transportOffset = at;
        if (hasPorts) {
            ports = true;
            sourcePort = frame.u16(at);
            destinationPort = frame.u16(at + 2);
        } else if (ipVersion == 6
                && protocol == ICMPV6
                && at + ADVERTISEMENT <= end
                && frame.u8(at) == NEIGHBOUR_ADVERTISEMENT) {
            advertisement = true;
            advertisedHigh = frame.i64(at + 8);
            advertisedLow = frame.i64(at + 16);
        }
    }

    private void arp(Frame frame, int at, int length) {
        if (at + ARP_IPV4 > length || frame.i32(at) != (1 << 16 | ETHER_IPV4) || frame.u16(at + 4) != (6 << 8 | 4)) {
            malformed = true;
            return;
        }
        arpSenderMac = frame.mac(at + 8);
        sourceLow = mapped(frame.i32(at + 14));
        destinationLow = mapped(frame.i32(at + 24));
    }

    /** The lower half of IPv4's address in {@code ::ffff:0:0/96}, which stands for it; the upper half is 0. */
    public static long mapped(int address) {
        return MAPPED | address & 0xffff_ffffL;
    }

    public long destinationMac() {
        return destinationMac;
    }

    public long sourceMac() {
        return sourceMac;
    }

    /** The type behind all VLAN tags. */
    public int etherType() {
        return etherType;
    }

    /** Where the IP or ARP header is, from the start of the frame. */
    public int networkOffset() {
        return networkOffset;
    }

    /** 4, 6, or 0 for a frame that is no IP. */
    public int ipVersion() {
        return ipVersion;
    }

    /** IP's protocol, behind all extension headers. */
    public int protocol() {
        return protocol;
    }

    /** Where the TCP, UDP or other header is; 0 if the frame has none that could be found. */
    public int transportOffset() {
        return transportOffset;
    }

    /** Where the IP packet ends, which padding may follow. */
    public int end() {
        return end;
    }

    /** Whether a header says what cannot be, so that nobody can tell what the rest means. */
    public boolean isMalformed() {
        return malformed;
    }

    /** Whether it is a fragment of an IP packet. */
    public boolean isFragment() {
        return fragment;
    }

    /** Whether there are ports. */
    public boolean hasPorts() {
        return ports;
    }

    /** The upper half of IP's or ARP's sender; for IPv4 see {@link #mapped}. */
    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    /** Whose address an ARP frame says to be at. */
    public long arpSenderMac() {
        return arpSenderMac;
    }

    /** Whether it tells neighbours in IPv6 where an address is, as ARP does in IPv4. */
    public boolean isAdvertisement() {
        return advertisement;
    }

    /** The upper half of the address that is said to be there. */
    public long advertisedHigh() {
        return advertisedHigh;
    }

    public long advertisedLow() {
        return advertisedLow;
    }

    /** Where the checksum of TCP or UDP is, from the start of the frame; -1 if the frame is neither, or part of one. */
    public int checksumOffset() {
        if (transportOffset == 0 || fragment) {
            return -1;
        }
        return protocol == TCP ? transportOffset + 16 : protocol == UDP ? transportOffset + 6 : -1;
    }

    /** Where TCP's payload begins; -1 if the frame is no TCP or has no such place. */
    public int tcpPayloadOffset(Frame frame) {
        if (protocol != TCP || transportOffset == 0 || fragment) {
            return -1;
        }
        int header = (frame.u8(transportOffset + 12) >>> 4) * 4;
        return header >= TCP_MIN && transportOffset + header <= end ? transportOffset + header : -1;
    }
}
