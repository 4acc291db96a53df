package dev.lodge.vmm.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 63, 1400, 60_001})
    void aBlankChecksumIsFilledInAsAReceiverComputesIt(int length) {
        for (byte[] packet : new byte[][] {
            Packets.ipv4(6, Packets.tcp(1, 2, 0x18, length)),
            Packets.ipv4(17, Packets.udp(1, 2, length)),
            Packets.ipv6(6, Packets.tcp(1, 2, 0x18, length)),
            Packets.ipv6(17, Packets.udp(1, 2, length))
        }) {
            Frame frame = Packets.frame(Arrays.copyOf(packet, Math.max(packet.length, 60)));
            frame.setChecksum(Frame.Checksum.BLANK);
            assertTrue(Checksums.prepareBlank(frame));
            Checksums.complete(frame);
            assertEquals(0, Packets.verify(frame));
            assertTrue(Checksums.isRight(frame));
            assertEquals(Frame.Checksum.VALID, frame.checksum());
        }
    }

    @Test
    void aChangedByteIsNoticed() {
        Frame frame = Packets.frame(Packets.ipv4(17, Packets.udp(1, 2, 30)));
        Checksums.complete(frame);
        frame.put8(50, frame.u8(50) ^ 1);
        assertFalse(Checksums.isRight(frame));
    }

    @Test
    void aUdpSumOfZeroIsWrittenAsTheOtherZero() {
        for (int port = 0; port < 65_536; port++) {
            Frame frame = Packets.frame(Packets.ipv4(17, Packets.udp(port, 2, 0)));
            Checksums.complete(frame);
            if (frame.u16(14 + 26) == 0xffff) {
                assertEquals(0, Packets.verify(frame));
                return;
            }
            assertTrue(frame.u16(14 + 26) != 0, "port " + port);
        }
        throw new AssertionError("one of the ports makes the sum 0");
    }

    @Test
    void whatIsNeitherTcpNorUdpHasNoPlaceForIt() {
        assertFalse(Checksums.prepareBlank(Packets.frame(Packets.ipv4(1, new byte[8]))));
        assertFalse(Checksums.prepareBlank(Packets.frame(Packets.arp(1, 1))));
        byte[] fragment = Packets.ipv4(17, Packets.udp(1, 2, 8));
        fragment[14 + 6] = 0x20; // more fragments
        assertFalse(Checksums.prepareBlank(Packets.frame(fragment)));
    }
}
