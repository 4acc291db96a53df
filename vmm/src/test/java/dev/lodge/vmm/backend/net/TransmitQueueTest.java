package dev.lodge.vmm.backend.net;

import static dev.lodge.vmm.backend.net.NetFrontEnd.FIRST_BUFFER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.network.FakePort;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.Offloads;
import dev.lodge.vmm.network.Packets;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to the transmit half of {@code xen/include/public/io/netif.h}, and what liars get. */
class TransmitQueueTest {

    private static final int CSUM_BLANK = 1;
    private static final int DATA_VALIDATED = 2;
    private static final int MORE_DATA = 4;
    private static final int EXTRA_INFO = 8;
    private static final int GSO = 1;
    private static final int MCAST_ADD = 2;
    private static final int MCAST_DEL = 3;

    private final NetFrontEnd front = new NetFrontEnd();
    private final FakePort network = new FakePort();
    private final MulticastFilter filter = new MulticastFilter();
    private final TransmitQueue queue = open();

    private TransmitQueue open() {
        try {
            return new TransmitQueue(
                    front.txRing().newBackEnd(), new GrantMappings(front.guest.domain.grants()), network, filter);
        } catch (ConnectionFault fault) {
            throw new AssertionError(fault);
        }
    }

    @AfterEach
    void close() {
        front.guest.close();
    }

    private List<String> move() throws ConnectionFault {
        front.tx.publish();
        assertFalse(queue.move(1000));
        queue.publish();
        return front.answers();
    }

    private Frame sent() {
        return network.sent.getFirst();
    }

    @Test
    void aPacketOfOneSlotIsSentAndAnswered() throws ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        assertEquals(List.of("100 ok"), front.packet(packet, 0) == front ? move() : List.of());
        assertArrayEquals(packet, Packets.bytes(sent()));
        assertEquals(Frame.Checksum.UNKNOWN, sent().checksum());
    }

    @Test
    void theLongestPacketComesTogetherFromItsSlots() throws ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 65_535 - 14 - 28));
        front.packet(packet, DATA_VALIDATED);
        assertEquals(16, move().size());
        assertArrayEquals(packet, Packets.bytes(sent()));
        assertEquals(Frame.Checksum.VALID, sent().checksum());
    }

    @Test
    void aPacketMayBeInPiecesAnywhere() throws ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 58)); // 100 bytes
        front.buffer(16)
                .asSlice(4090, 6)
                .copyFrom(java.lang.foreign.MemorySegment.ofArray(packet).asSlice(0, 6));
        front.buffer(17)
                .asSlice(1, 94)
                .copyFrom(java.lang.foreign.MemorySegment.ofArray(packet).asSlice(6, 94));
        front.request(16, 4090, MORE_DATA, 7, 100).request(17, 1, 0, 8, 94);
        assertEquals(List.of("7 ok", "8 ok"), move());
        assertArrayEquals(packet, Packets.bytes(sent()));
    }

    @Test
    void aPacketWhoseSlotsComeLateWaitsForThem() throws ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 5_000));
        front.packet(packet, 0);
        front.tx.publish();
        // As if only the first of both were there.
        front.buffer(NetFrontEnd.TX_RING).set(ValueLayout.JAVA_INT, 0, 1);
        assertFalse(queue.move(10));
        assertTrue(network.sent.isEmpty());
        front.buffer(NetFrontEnd.TX_RING).set(ValueLayout.JAVA_INT, 0, 2);
        assertEquals(List.of("100 ok", "101 ok"), move());
        assertArrayEquals(packet, Packets.bytes(sent()));
    }

    @Test
    void aBlankChecksumIsLeftToANetworkThatFillsItIn() throws ConnectionFault {
        front.packet(Packets.ipv4(6, Packets.tcp(1, 2, 16, 10)), CSUM_BLANK | DATA_VALIDATED);
        assertEquals(List.of("100 ok"), move());
        assertTrue(sent().isBlank());
        assertTrue(sent().u16(34 + 16) != 0, "the pseudo header's sum is there, whatever the guest wrote");
    }

    @Test
    void aBlankChecksumIsFilledInForAnotherNetwork() throws ConnectionFault {
        network.offloads = Offloads.NONE;
        front.packet(Packets.ipv6(6, Packets.tcp(1, 2, 16, 10)), CSUM_BLANK);
        assertEquals(List.of("100 ok"), move());
        assertEquals(0, Packets.verify(sent()));
        assertEquals(Frame.Checksum.VALID, sent().checksum());
    }

    @Test
    void aLargePacketKeepsItsSegmentSize() throws ConnectionFault {
        large(Packets.ipv4(6, Packets.tcp(1, 2, 16, 3_000)), 1448, 1);
        assertEquals(List.of("5 ok", "null"), move());
        assertEquals(1448, sent().segmentSize());
        assertTrue(sent().isBlank());
    }

    @Test
    void aLargePacketIsCutForANetworkThatDoesNotAndTakesTurnsWithItsFullness() throws ConnectionFault {
        network.offloads = Offloads.NONE;
        network.full = true;
        large(Packets.ipv6(6, Packets.tcp(1, 2, 16, 3_000)), 1428, 2);
        assertEquals(List.of(), move(), "it is not answered before all of it is sent");
        network.full = false;
        assertEquals(List.of("5 ok", "null"), move());
        assertEquals(3, network.sent.size());
        for (Frame segment : network.sent) {
            assertEquals(0, Packets.verify(segment));
        }
    }

    private void large(byte[] packet, int size, int type) {
        front.buffer(16).asSlice(0, packet.length).copyFrom(java.lang.foreign.MemorySegment.ofArray(packet));
        front.request(16, 0, CSUM_BLANK | EXTRA_INFO, 5, packet.length).extra(GSO, 0, size & 255, size >> 8, type);
    }

    @Test
    void aFullNetworkLeavesPacketsInTheRing() throws ConnectionFault {
        network.full = true;
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        front.packet(packet, 0).packet(packet, 0);
        assertEquals(List.of(), move());
        network.full = false;
        assertEquals(List.of("100 ok", "100 ok"), move());
        assertEquals(2, network.sent.size());
    }

    @Test
    void aTurnIsOnlySoLong() throws ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        for (int i = 0; i < 5; i++) {
            front.packet(packet, 0);
        }
        front.tx.publish();
        assertTrue(queue.move(3), "there is more");
        assertEquals(3, network.sent.size());
    }

    @Test
    void groupsAreAddedAndRemovedAndNothingIsSent() throws ConnectionFault {
        filter.setActive(true);
        front.request(16, 0, EXTRA_INFO, 1, 0).extra(MCAST_ADD, 0, 1, 0, 0x5e, 0, 0, 9);
        assertEquals(List.of("1 ok", "null"), move());
        assertTrue(filter.passes(0x0100_5e00_0009L));
        assertFalse(filter.passes(0x0100_5e00_0008L));
        assertTrue(filter.passes(0xffff_ffff_ffffL));
        assertTrue(filter.passes(Packets.ALICE));
        front.request(16, 0, EXTRA_INFO, 2, 0).extra(MCAST_DEL, 0, 1, 0, 0x5e, 0, 0, 9);
        assertEquals(List.of("2 ok", "null"), move());
        assertFalse(filter.passes(0x0100_5e00_0009L));
        assertTrue(network.sent.isEmpty());
    }

    @Test
    void aListOfGroupsHasAnEnd() throws ConnectionFault {
        for (int i = 0; i < MulticastFilter.MOST; i++) {
            front.request(16, 0, EXTRA_INFO, i, 0).extra(MCAST_ADD, 0, 1, 0, 0x5e, 0, 0, i);
            assertEquals(List.of(i + " ok", "null"), move());
        }
        front.request(16, 0, EXTRA_INFO, 99, 0).extra(MCAST_ADD, 0, 1, 0, 0x5e, 0, 1, 0);
        assertEquals(List.of("99 error -1", "null"), move());
        front.request(16, 0, EXTRA_INFO, 98, 0).extra(MCAST_ADD, 0, 0, 0, 0x5e, 0, 1, 0);
        assertEquals(List.of("98 error -1", "null"), move(), "an address of one interface is no group");
    }

    // What a packet fails by, and nothing else.

    @Test
    void aPacketWithoutGrantsFailsAlone() throws ConnectionFault {
        byte[] good = Packets.ipv4(17, Packets.udp(1, 2, 100));
        front.request(15, 0, 0, 1, 100); // not granted
        front.request(0x7fff_ffff, 0, 0, 2, 100); // beyond the table
        front.request(16, 0, MORE_DATA, 3, 100).request(15, 0, 0, 4, 50);
        front.packet(good, 0);
        assertEquals(List.of("1 error -1", "2 error -1", "3 error -1", "4 error -1", "100 ok"), move());
        assertEquals(1, network.sent.size());
    }

    @Test
    void sizesThatDoNotFitEachOtherFail() throws ConnectionFault {
        front.request(16, 0, 0, 1, 13); // less than an Ethernet header
        front.request(16, 0, 0, 2, 0);
        front.request(16, 0, MORE_DATA, 3, 100).request(17, 0, 0, 4, 101); // more than the whole
        front.request(16, 0, MORE_DATA, 5, 100).request(17, 0, MORE_DATA, 6, 60).request(18, 0, 0, 7, 60);
        assertEquals(
                7, move().stream().filter(answer -> answer.endsWith("error -1")).count());
        assertTrue(network.sent.isEmpty());
    }

    @Test
    void offloadsThatMakeNoSenseFail() throws ConnectionFault {
        front.packet(Packets.ipv4(1, new byte[8]), CSUM_BLANK); // ICMP has no such checksum
        assertEquals(List.of("100 error -1"), move());
        large(Packets.ipv4(17, Packets.udp(1, 2, 3_000)), 1448, 1); // UDP is not cut so
        assertEquals(List.of("5 error -1", "null"), move());
        large(Packets.ipv4(6, Packets.tcp(1, 2, 16, 3_000)), 1448, 2); // it says IPv6
        assertEquals(List.of("5 error -1", "null"), move());
        large(Packets.ipv4(6, Packets.tcp(1, 2, 16, 3_000)), 0, 1);
        assertEquals(List.of("5 error -1", "null"), move());
        large(Packets.ipv4(6, Packets.tcp(1, 2, 16, 3_000)), 1, 1); // three thousand frames of one
        assertEquals(List.of("5 error -1", "null"), move());
        large(Packets.ipv4(6, Packets.tcp(1, 2, 16, 3_000)), 1448, 9);
        assertEquals(List.of("5 error -1", "null"), move());
        assertTrue(network.sent.isEmpty());
    }

    @Test
    void aFewSlotsTooManyFail() throws ConnectionFault {
        for (int i = 0; i < 20; i++) {
            front.request(16, 0, i < 19 ? MORE_DATA : 0, i, i == 0 ? 2000 : 100);
        }
        List<String> answers = move();
        assertEquals(20, answers.size());
        assertTrue(answers.stream().allMatch(answer -> answer.endsWith("error -1")));
    }

    // What ends the connection.

    @Test
    void aPacketWithoutEndIsAFault() {
        for (int i = 0; i < 30; i++) {
            front.request(16, 0, MORE_DATA, i, i == 0 ? 4000 : 10);
        }
        fault("a packet of more than 20 slots");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 200})
    void extraInfoOfNoKnownTypeIsAFault(int type) {
        front.request(16, 0, EXTRA_INFO, 1, 100).extra(type, 0);
        fault("extra info of type " + type);
    }

    @Test
    void extraInfoWithoutEndIsAFault() {
        front.request(16, 0, EXTRA_INFO, 1, 100);
        for (int i = 0; i < 10; i++) {
            front.extra(4, 1);
        }
        fault("too much extra info");
    }

    @Test
    void dataAcrossTheEndOfAFrameIsAFault() {
        front.request(16, 4000, 0, 1, 97);
        fault("97 bytes at 4000 cross the end of a frame");
    }

    @Test
    void laterDataAcrossTheEndOfAFrameIsAFault() {
        front.request(16, 0, MORE_DATA, 1, 200).request(17, 65_535, 0, 2, 1);
        fault("1 bytes at 65535 cross the end of a frame");
    }

    @Test
    void anIndexThatCannotBeTrueIsAFault() {
        front.buffer(NetFrontEnd.TX_RING).set(ValueLayout.JAVA_INT, 0, 1_000);
        var fault = assertThrows(ConnectionFault.class, () -> queue.move(10));
        assertTrue(fault.reason().contains("cannot have its req_prod at 1000"), fault.reason());
    }

    private void fault(String reason) {
        front.tx.publish();
        var fault = assertThrows(ConnectionFault.class, () -> queue.move(1000));
        assertEquals(reason, fault.reason());
        assertEquals(0, network.sent.size());
        assertFalse(front.guest.isGrantInUse(FIRST_BUFFER));
    }
}
