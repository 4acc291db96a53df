package dev.lodge.vmm.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {

    private static final int CWR_ACK_PSH_FIN = 0x99;

    private static Frame large(byte[] packet, int segmentSize) {
        Frame frame = Packets.frame(packet);
        frame.set(packet.length, Frame.Checksum.BLANK, segmentSize);
        return frame;
    }

    private static List<Frame> cut(Frame whole) {
        Segmenter segmenter = new Segmenter();
        segmenter.begin(whole);
        List<Frame> segments = new ArrayList<>();
        while (segmenter.hasNext()) {
            Frame segment = new Frame();
            segmenter.next(segment);
            segments.add(segment);
        }
        return segments;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void segmentsCarryThePayloadInOrderAndAreRight(boolean four) {
        byte[] tcp = Packets.tcp(1, 2, CWR_ACK_PSH_FIN, 60_000);
        Frame whole = large(four ? Packets.ipv4(6, tcp) : Packets.ipv6(6, tcp), 1448);
        List<Frame> segments = cut(whole);
        assertEquals(60_000 / 1448 + 1, segments.size());
        int headers = four ? 54 : 74;
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < segments.size(); i++) {
            Frame segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            assertEquals(0, Packets.verify(segment), "checksum of segment " + i);
            assertEquals(Frame.Checksum.VALID, segment.checksum());
            assertEquals(0, segment.segmentSize());
            assertEquals(1000 + payload.size(), segment.i32(headers - 20 + 4), "sequence number");
            assertEquals(0x10 | (last ? 0x09 : 0) | (i == 0 ? 0x80 : 0), segment.u8(headers - 20 + 13), "flags");
            byte[] bytes = Packets.bytes(segment);
            if (four) {
                assertEquals(7 + i, segment.u16(18), "IP's number");
                assertEquals(0, Packets.sum(bytes, 14, 34, 0), "IP's checksum");
            }
            assertFalse(segment.headers().isMalformed());
            assertEquals(bytes.length, segment.headers().end());
            payload.write(bytes, headers, bytes.length - headers);
        }
        assertArrayEquals(Arrays.copyOfRange(tcp, 20, tcp.length), payload.toByteArray());
    }

    @Test
    void aFrameThatFitsIsOneSegment() {
        List<Frame> segments = cut(large(Packets.ipv4(6, Packets.tcp(1, 2, 0x18, 100)), 1448));
        assertEquals(1, segments.size());
        assertEquals(0x18, segments.getFirst().u8(34 + 13));
        assertEquals(0, Packets.verify(segments.getFirst()));
    }

    @Test
    void whatIsNoTcpOrWouldMakeACrowdIsNotCut() {
        assertFalse(Segmenter.canCut(large(Packets.ipv4(17, Packets.udp(1, 2, 4000)), 1448)));
        assertFalse(Segmenter.canCut(large(Packets.arp(1, 1), 1448)));
        byte[] tcp = Packets.ipv4(6, Packets.tcp(1, 2, 0x10, 4000));
        assertFalse(Segmenter.canCut(large(tcp, 0)));
        assertFalse(Segmenter.canCut(large(tcp, 47)));
        assertTrue(Segmenter.canCut(large(tcp, 48)));
        byte[] shortHeader = tcp.clone();
        shortHeader[34 + 12] = 0x40; // a TCP header of 16 bytes
        assertFalse(Segmenter.canCut(large(shortHeader, 1448)));
        assertThrows(IllegalArgumentException.class, () -> cut(large(shortHeader, 1448)));
    }
}
