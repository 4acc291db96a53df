package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.Checksums;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.FrameHeaders;
import dev.lodge.vmm.network.MacAddress;
import java.lang.foreign.MemorySegment;

/**
 * Writes the answer to a frame that is rejected, as if its destination had sent it: a reset of TCP (RFC 9293, 3.10.7.1),
 * otherwise "administratively prohibited" of ICMP (RFC 1812, 5.2.7.1) or ICMPv6 (RFC 4443, 3.1).
 */
final class Rejection {

    private static final int ETHER = Frame.MIN_LENGTH;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int ICMP_HEADER = 8;
    private static final int QUOTED_V6 = 512;
    private static final int HOPS = 64;

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;

    private Rejection() {}

    /**
     * Writes the answer.
     *
     * @return false if there is none to such a frame: to errors, to groups, to later fragments, to what is no IP
     */
    static boolean answer(Frame to, Frame answer) {
        FrameHeaders headers = to.headers();
        if (headers.ipVersion() == 0
                || headers.transportOffset() == 0
                || headers.isMalformed()
                || MacAddress.isGroup(headers.destinationMac())
                || MacAddress.isGroup(headers.sourceMac())) {
            return false;
        }
        if (headers.protocol() == FrameHeaders.TCP) {
            return reset(to, headers, answer);
        }
        boolean icmp = headers.protocol() == FrameHeaders.ICMP || headers.protocol() == FrameHeaders.ICMPV6;
        if (icmp && !isEchoRequest(to, headers)) {
            return false;
        }
        prohibited(to, headers, answer);
        return true;
    }

    private static boolean isEchoRequest(Frame frame, FrameHeaders headers) {
        int echo = headers.ipVersion() == 4 ? 8 : 128;
        return headers.transportOffset() < headers.end() && frame.u8(headers.transportOffset()) == echo;
    }

    private static boolean reset(Frame to, FrameHeaders headers, Frame answer) {
        int tcp = headers.transportOffset();
        int flags = to.u8(tcp + 13);
        if ((flags & RST) != 0) {
            return false;
        }
        int header = (to.u8(tcp + 12) >>> 4) * 4;
        int payload = Math.max(0, headers.end() - tcp - header);
        int length = payload + ((flags & SYN) != 0 ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
        int at = network(to, headers, answer, FrameHeaders.TCP, TCP_HEADER);
        answer.put16(at, headers.destinationPort());
        answer.put16(at + 2, headers.sourcePort());
        boolean acknowledged = (flags & ACK) != 0;
        answer.put32(at + 4, acknowledged ? to.i32(tcp + 8) : 0);
        answer.put32(at + 8, acknowledged ? 0 : to.i32(tcp + 4) + length);
        answer.put8(at + 12, TCP_HEADER / 4 << 4);
        answer.put8(at + 13, acknowledged ? RST : RST | ACK);
        answer.put16(at + 14, 0);
        answer.put32(at + 16, 0);
        answer.set(at + TCP_HEADER, Frame.Checksum.BLANK, 0);
        finishNetwork(answer);
        Checksums.complete(answer);
        return true;
    }

    private static void prohibited(Frame to, FrameHeaders headers, Frame answer) {
        boolean four = headers.ipVersion() == 4;
        int ip = headers.networkOffset();
        int quoted = four
                ? Math.min(headers.transportOffset() + 8, headers.end()) - ip
                : Math.min(headers.end() - ip, QUOTED_V6);
        int at = network(to, headers, answer, four ? FrameHeaders.ICMP : FrameHeaders.ICMPV6, ICMP_HEADER + quoted);
        answer.put8(at, four ? 3 : 1);
        answer.put8(at + 1, four ? 13 : 1);
        answer.put32(at + 2, 0);
        answer.put16(at + 6, 0);
        MemorySegment.copy(to.bytes(), ip, answer.bytes(), at + ICMP_HEADER, quoted);
        answer.set(at + ICMP_HEADER + quoted, Frame.Checksum.VALID, 0);
        finishNetwork(answer);
        Checksums.completeIcmp(answer);
    }

    /** Writes both headers below the transport's; returns where that begins. */
    private static int network(Frame to, FrameHeaders headers, Frame answer, int protocol, int payload) {
        int from = headers.networkOffset();
        answer.putMac(0, headers.sourceMac());
        answer.putMac(6, headers.destinationMac());
        if (headers.ipVersion() == 4) {
            answer.put16(12, FrameHeaders.ETHER_IPV4);
            answer.put16(ETHER, 4 << 12 | IPV4_HEADER / 4 << 8);
            answer.put16(ETHER + 2, IPV4_HEADER + payload);
            answer.put32(ETHER + 4, 0);
            answer.put8(ETHER + 8, HOPS);
            answer.put8(ETHER + 9, protocol);
            answer.put32(ETHER + 12, to.i32(from + 16));
            answer.put32(ETHER + 16, to.i32(from + 12));
            return ETHER + IPV4_HEADER;
        }
        answer.put16(12, FrameHeaders.ETHER_IPV6);
        answer.put32(ETHER, 6 << 28);
        answer.put16(ETHER + 4, payload);
        answer.put8(ETHER + 6, protocol);
        answer.put8(ETHER + 7, HOPS);
        MemorySegment.copy(to.bytes(), from + 24, answer.bytes(), ETHER + 8, 16);
        MemorySegment.copy(to.bytes(), from + 8, answer.bytes(), ETHER + 24, 16);
        return ETHER + IPV6_HEADER;
    }

    private static void finishNetwork(Frame answer) {
        if (answer.headers().ipVersion() == 4) {
            Checksums.completeIpv4(answer, ETHER);
        }
    }
}
