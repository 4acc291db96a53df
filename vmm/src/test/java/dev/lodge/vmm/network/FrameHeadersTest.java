package dev.lodge.vmm.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameHeadersTest {

    @Test
    void udpOverIpv4IsReadToItsPorts() {
        FrameHeaders headers =
                Packets.frame(Packets.ipv4(17, Packets.udp(1000, 53, 5))).headers();
        assertEquals(Packets.ALICE, headers.sourceMac());
        assertEquals(Packets.BOB, headers.destinationMac());
        assertEquals(4, headers.ipVersion());
        assertEquals(0xffff_0a00_0001L, headers.sourceLow());
        assertEquals(0xffff_0a00_0002L, headers.destinationLow());
        assertTrue(headers.hasPorts());
        assertEquals(1000, headers.sourcePort());
        assertEquals(53, headers.destinationPort());
        assertEquals(14 + 20 + 6, headers.checksumOffset());
        assertEquals(14 + 20 + 8 + 5, headers.end());
        assertFalse(headers.isMalformed());
    }

    @Test
    void tcpOverIpv6IsReadBehindExtensionHeaders() {
        byte[] tcp = Packets.tcp(5, 6, 0x10, 3);
        byte[] options = new byte[16];
        options[0] = 60; // hop-by-hop options are followed by destination options
        options[8] = 6; // and these by TCP
        byte[] payload =
                ByteBuffer.allocate(16 + tcp.length).put(options).put(tcp).array();
        Frame frame = Packets.frame(Packets.ipv6(0, payload));
        assertEquals(6, frame.headers().protocol());
        assertEquals(14 + 40 + 16, frame.headers().transportOffset());
        assertEquals(14 + 40 + 16 + 20, frame.headers().tcpPayloadOffset(frame));
        assertEquals(0xfd00L << 48, frame.headers().sourceHigh());
        assertEquals(2, frame.headers().destinationLow());
    }

    @Test
    void vlanTagsAreSkipped() {
        byte[] plain = Packets.ipv4(17, Packets.udp(1, 2, 0));
        ByteBuffer tagged = ByteBuffer.allocate(plain.length + 4);
        tagged.put(plain, 0, 12).putInt(0x8100_0005).put(plain, 12, plain.length - 12);
        FrameHeaders headers = Packets.frame(tagged.array()).headers();
        assertEquals(FrameHeaders.ETHER_IPV4, headers.etherType());
        assertEquals(18, headers.networkOffset());
        assertEquals(2, headers.destinationPort());
    }

    @Test
    void paddingIsNotPartOfThePacket() {
        byte[] padded = Arrays.copyOf(Packets.ipv4(17, Packets.udp(1, 2, 0)), 60);
        assertEquals(14 + 28, Packets.frame(padded).headers().end());
    }

    @Test
    void laterFragmentsHaveNoPortsAndNoChecksum() {
        byte[] bytes = Packets.ipv4(17, Packets.udp(1, 2, 64));
        bytes[14 + 7] = 64; // at 512 bytes
        FrameHeaders headers = Packets.frame(bytes).headers();
        assertTrue(headers.isFragment());
        assertFalse(headers.hasPorts());
        assertEquals(-1, headers.checksumOffset());
        assertFalse(headers.isMalformed());
    }

    @Test
    void aFragmentOverTheTcpHeaderOfAnotherIsMalformed() {
        byte[] bytes = Packets.ipv4(6, Packets.tcp(1, 2, 2, 64));
        bytes[14 + 7] = 1; // at 8 bytes
        assertTrue(Packets.frame(bytes).headers().isMalformed());
    }

    @Test
    void lengthsThatCannotBeAreMalformed() {
        byte[] good = Packets.ipv4(6, Packets.tcp(1, 2, 2, 0));
        assertMalformed(good, 14, 0x44); // an IP header of 16 bytes
        assertMalformed(good, 14, 0x4f); // one that leaves no room for TCP
        assertMalformed(good, 14, 0x55); // version 5
        assertMalformed(good, 14 + 3, 41); // a byte longer than the frame
        assertMalformed(good, 14 + 3, 19); // shorter than its header
        assertMalformed(good, 14 + 3, 39); // a byte of TCP's header missing
        byte[] six = Packets.ipv6(6, Packets.tcp(1, 2, 2, 0));
        assertMalformed(six, 14 + 5, 21);
        assertMalformed(six, 14 + 6, 44); // a fragment header where TCP is: its fields are TCP's
        assertMalformed(Packets.arp(1, 1), 14 + 4, 7);
    }

    private static void assertMalformed(byte[] good, int at, int value) {
        byte[] bytes = good.clone();
        bytes[at] = (byte) value;
        assertTrue(Packets.frame(bytes).headers().isMalformed(), at + " = " + value);
    }

    @Test
    void noFrameIsReadBeyondItsEnd() {
        Random random = new Random(1);
        byte[][] seeds = {
            Packets.ipv4(6, Packets.tcp(1, 2, 2, 9)), Packets.ipv6(17, Packets.udp(1, 2, 3)), Packets.arp(1, 2)
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = seeds[i % seeds.length].clone();
            for (int change = 0; change < 4; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Frame frame = Packets.frame(Arrays.copyOf(bytes, 14 + random.nextInt(bytes.length - 13)));
            FrameHeaders headers = frame.headers();
            assertTrue(headers.end() <= frame.length());
            assertTrue(headers.checksumOffset() + 2 <= frame.length());
            assertTrue(headers.tcpPayloadOffset(frame) <= headers.end());
        }
    }

    @Test
    void macAddressesAreReadAndWritten() {
        assertEquals("00:16:3e:0a:0b:0c", String.valueOf(MacAddress.parse("00:16:3E:0a:0B:0c")));
        for (String bad :
                new String[] {"", "00:16:3e:0a:0b", "00:16:3e:0a:0b:0g", "00-16-3e-0a-0b-0c", "0:16:3e:0a:0b:00c"}) {
            assertEquals(null, MacAddress.parse(bad), bad);
        }
        assertEquals(0x00163e, MacAddress.of("web", 0).value() >>> 24);
        assertEquals(MacAddress.of("web", 0), MacAddress.of("web", 0));
        assertFalse(MacAddress.of("web", 0).equals(MacAddress.of("web", 1)));
        assertTrue(new MacAddress(0x0100_5e00_0001L).isGroup());
    }
}
