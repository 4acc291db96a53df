package dev.lodge.vmm.backend.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.net.NetFrontEnd.Received;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import dev.lodge.vmm.network.FakePort;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.GuestAddresses;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.Packets;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An interface from its nodes to its frames, against a front end written after Linux's. */
class NetInterfaceTest {

    private final NetFrontEnd front = new NetFrontEnd();
    private final FakePort network = new FakePort();
    private final XenbusDevice device = new XenbusDevice(
            front.guest.host(),
            new NetInterface(
                    0,
                    new MacAddress(Packets.ALICE),
                    new GuestAddresses(
                            new GuestAddresses.Version("10.0.0.1/24", null, null),
                            new GuestAddresses.Version("fd00::1/64", "fd00::2", "fd00::3"),
                            1500),
                    network,
                    new TimedAlarm(false)));
    private int port;

    @BeforeEach
    void start() {
        front.guest.loop.start();
        front.guest.store.dispatch();
    }

    @AfterEach
    void close() {
        front.guest.close();
        device.close();
        assertTrue(network.closed);
        assertEquals(java.util.List.of(), front.guest.failures);
    }

    /** Has the I/O thread do all that it was rung for. */
    private void settle() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            CountDownLatch done = new CountDownLatch(1);
            front.guest.loop.bell(done::countDown).ring();
            assertTrue(done.await(10, TimeUnit.SECONDS));
        }
    }

    private void tell() {
        front.guest.write("tx-ring-ref", NetFrontEnd.TX_RING);
        front.guest.write("rx-ring-ref", NetFrontEnd.RX_RING);
        port = front.guest.unboundPort();
        front.guest.write("event-channel", port);
        front.guest.write("request-rx-copy", 1);
        front.guest.write("feature-sg", 1);
        front.guest.write("feature-gso-tcpv4", 1);
    }

    private void connect() throws InterruptedException {
        tell();
        front.guest.setState(4);
        assertEquals("4", front.guest.backState());
        settle();
    }

    private void arrive(Frame frame) throws InterruptedException {
        network.arriving.add(frame);
        network.ready.run();
        settle();
    }

    private Received received() throws ConnectionFault {
        Received received = front.received();
        assertNotNull(received);
        return received;
    }

    private static Frame large(byte[] packet) {
        Frame frame = Packets.frame(packet);
        frame.set(packet.length, Frame.Checksum.BLANK, 1448);
        return frame;
    }

    @Test
    void theNodesAreThoseOfXensToolsAndNetback() {
        for (String one : new String[] {
            "feature-sg",
            "feature-gso-tcpv4",
            "feature-gso-tcpv6",
            "feature-ipv6-csum-offload",
            "feature-rx-copy",
            "feature-multicast-control",
            "feature-split-event-channels",
            "carrier"
        }) {
            assertEquals("1", front.guest.back(one), one);
        }
        assertEquals("0", front.guest.back("feature-rx-flip"));
        assertEquals("8", front.guest.back("multi-queue-max-queues"));
        assertEquals("00:16:3e:00:00:01", front.guest.back("mac"));
        assertEquals("00:16:3e:00:00:01", front.guest.store.read(front.guest.front + "/mac"));
        assertEquals("1500", front.guest.store.read(front.guest.front + "/mtu"));
        assertEquals("10.0.0.1/24", front.guest.store.read(front.guest.front + "/lodge-address"));
        assertEquals("fd00::1/64", front.guest.store.read(front.guest.front + "/lodge-address6"));
        assertEquals("fd00::2", front.guest.store.read(front.guest.front + "/lodge-gateway6"));
        assertEquals("fd00::3", front.guest.store.read(front.guest.front + "/lodge-nameserver6"));
        assertNull(front.guest.store.read(front.guest.front + "/lodge-gateway"));
    }

    @Test
    void framesGoBothWays() throws InterruptedException, ConnectionFault {
        connect();
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        front.packet(packet, 0).tx.publish();
        front.guest.domain.events().send(port);
        settle();
        assertEquals(java.util.List.of("100 ok"), front.answers());
        assertArrayEquals(packet, Packets.bytes(network.sent.getFirst()));

        front.post(20);
        arrive(Packets.frame(packet));
        Received received = received();
        assertArrayEquals(packet, received.bytes());
        assertEquals(0, received.flags());
        assertNull(front.received());
    }

    @Test
    void aLargeFrameComesInPiecesWithItsSegmentSize() throws InterruptedException, ConnectionFault {
        connect();
        front.post(20);
        byte[] packet = Packets.ipv4(6, Packets.tcp(1, 2, 16, 20_000));
        arrive(large(packet));
        Received received = received();
        assertArrayEquals(packet, received.bytes());
        assertEquals(3, received.flags(), "blank and validated");
        assertEquals(1448, received.segmentSize());
        assertEquals(1, received.segmentType());
        assertEquals(6, received.slots());
    }

    @Test
    void aLargeFrameIsCutForAFrontEndThatDoesNotTakeIt() throws InterruptedException, ConnectionFault {
        connect(); // without feature-gso-tcpv6
        front.post(20);
        arrive(large(Packets.ipv6(6, Packets.tcp(1, 2, 16, 20_000))));
        int pieces = 0;
        for (Received received = front.received(); received != null; received = front.received()) {
            assertEquals(0, Packets.verify(Packets.frame(received.bytes())));
            assertEquals(1, received.slots());
            pieces++;
        }
        assertEquals(14, pieces);
    }

    @Test
    void aBlankChecksumIsFilledInForAFrontEndThatDoesNotTakeIt() throws InterruptedException, ConnectionFault {
        tell();
        front.guest.write("feature-no-csum-offload", 1);
        front.guest.setState(4);
        settle();
        front.post(4);
        Frame frame = Packets.frame(Packets.ipv4(17, Packets.udp(1, 2, 100)));
        frame.setChecksum(Frame.Checksum.BLANK);
        arrive(frame);
        Received received = received();
        assertEquals(1, received.flags(), "validated");
        assertEquals(0, Packets.verify(Packets.frame(received.bytes())));
    }

    @Test
    void aFrameWaitsUntilTheFrontEndHasRoomForAllOfIt() throws InterruptedException, ConnectionFault {
        connect();
        front.post(5);
        byte[] packet = Packets.ipv4(6, Packets.tcp(1, 2, 16, 20_000));
        arrive(large(packet));
        assertNull(front.received());
        front.post(1);
        front.guest.domain.events().send(port);
        settle();
        assertArrayEquals(packet, received().bytes());
    }

    @Test
    void aBufferThatIsNotGrantedFailsTheFrameAndNoOther() throws InterruptedException, ConnectionFault {
        connect();
        front.post(15, 0);
        front.post(3);
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        arrive(Packets.frame(packet));
        arrive(Packets.frame(packet));
        assertTrue(received().failed());
        assertFalse(received().failed());
        assertEquals("4", front.guest.backState());
    }

    @Test
    void aFrontEndThatChoosesGroupsHearsOfNoOthers() throws InterruptedException, ConnectionFault {
        tell();
        front.guest.write("request-multicast-control", 1);
        front.guest.setState(4);
        settle();
        front.post(4);
        arrive(Packets.frame(Packets.ethernet(Packets.BOB, 0x0100_5e00_0009L, 0x88b5, new byte[46])));
        assertNull(front.received());
        arrive(Packets.frame(Packets.ethernet(Packets.BOB, Packets.ALICE, 0x88b5, new byte[46])));
        assertNotNull(front.received());
    }

    @Test
    void anIndexThatCannotBeTrueCostsTheConnectionAndNothingElse() throws InterruptedException {
        connect();
        front.buffer(NetFrontEnd.TX_RING).set(ValueLayout.JAVA_INT, 0, 5_000);
        front.guest.domain.events().send(port);
        settle();
        front.guest.store.dispatch();
        assertEquals("5", front.guest.backState());
        assertTrue(String.valueOf(front.guest.back("error")).contains("req_prod"));
        assertFalse(front.guest.isGrantInUse(NetFrontEnd.TX_RING));
        assertFalse(network.closed);
    }

    @Test
    void aFrontEndMayComeAgainAHundredTimes() throws InterruptedException, ConnectionFault {
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        for (int round = 0; round < 100; round++) {
            connect();
            front.tx = front.txRing().newFrontEnd();
            front.packet(packet, 0).tx.publish();
            front.guest.setState(5);
            front.guest.setState(6);
            assertEquals("6", front.guest.backState());
            assertFalse(front.guest.isGrantInUse(NetFrontEnd.RX_RING));
            front.guest.domain.events().close(port);
            front.tx = front.txRing().newFrontEnd();
            front.rx = front.rxRing().newFrontEnd();
            front.guest.setState(1);
        }
    }

    @Test
    void queuesHaveRingsAndChannelsOfTheirOwn() throws InterruptedException, ConnectionFault {
        front.guest.write("request-rx-copy", 1);
        front.guest.write("feature-sg", 1);
        front.guest.write("multi-queue-num-queues", 2);
        int[] tx = new int[2];
        for (int i = 0; i < 2; i++) {
            String queue = "queue-" + i + "/";
            front.guest.write(queue + "tx-ring-ref", i == 0 ? NetFrontEnd.TX_RING : 10);
            front.guest.write(queue + "rx-ring-ref", i == 0 ? NetFrontEnd.RX_RING : 11);
            tx[i] = front.guest.unboundPort();
            front.guest.write(queue + "event-channel-tx", tx[i]);
            front.guest.write(queue + "event-channel-rx", front.guest.unboundPort());
        }
        front.guest.grant(10, 0x80 + 10);
        front.guest.grant(11, 0x80 + 11);
        front.guest.setState(4);
        assertEquals("4", front.guest.backState(), String.valueOf(front.guest.back("error")));
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 100));
        front.packet(packet, 0).tx.publish();
        front.guest.domain.events().send(tx[0]);
        settle();
        assertEquals(java.util.List.of("100 ok"), front.answers());
    }

    @ParameterizedTest
    @CsvSource({
        "request-rx-copy, 0",
        "request-rx-copy, 2",
        "feature-sg, yes",
        "multi-queue-num-queues, 0",
        "multi-queue-num-queues, 9",
        "multi-queue-num-queues, 2",
        "tx-ring-ref, 500",
        "rx-ring-ref, -1",
        "event-channel, 4000",
    })
    void aFrontEndThatTellsRubbishIsNotConnected(String node, String value) {
        tell();
        front.guest.write(node, value);
        front.guest.setState(4);
        assertEquals("5", front.guest.backState());
        assertNotNull(front.guest.back("error"));
        assertFalse(front.guest.isGrantInUse(NetFrontEnd.TX_RING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tx-ring-ref", "rx-ring-ref", "event-channel", "request-rx-copy"})
    void aFrontEndThatLeavesSomethingOutIsNotConnected(String node) {
        tell();
        front.guest.store.remove(front.guest.front + "/" + node);
        front.guest.setState(4);
        assertEquals("5", front.guest.backState());
    }
}
