package dev.lodge.vmm.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LearningSwitchTest {

    private static final long CAROL = 0x00163e_000003L;

    private final LearningSwitch network = new LearningSwitch("test");
    private final Plug alice = new Plug();
    private final Plug bob = new Plug();
    private final Plug carol = new Plug();

    private final class Plug {
        final NetworkPort port = network.plugIn();
        final AtomicInteger rings = new AtomicInteger();
        final Frame got = new Frame();

        Plug() {
            port.attach(rings::incrementAndGet);
        }

        void send(long from, long to, int length) {
            assertTrue(port.send(Packets.frame(Packets.ethernet(from, to, 0x88b5, new byte[length]))));
        }

        boolean receives() {
            return Packets.receive(port, got);
        }
    }

    @Test
    void aFrameForAnAddressThatNobodyHasShownGoesToAllOthers() {
        alice.send(Packets.ALICE, Packets.BOB, 50);
        assertFalse(alice.receives());
        assertTrue(bob.receives());
        assertTrue(carol.receives());
        assertEquals(1, bob.rings.get());
    }

    @Test
    void anAddressThatWasSeenIsFoundAgain() {
        bob.send(Packets.BOB, MacAddress.BROADCAST, 50);
        assertTrue(alice.receives());
        assertTrue(carol.receives());
        alice.send(Packets.ALICE, Packets.BOB, 50);
        assertTrue(bob.receives());
        assertFalse(carol.receives());
    }

    @Test
    void aFrameIsItsReceiversUntilItAsksForAnother() {
        bob.send(Packets.BOB, MacAddress.BROADCAST, 100);
        Frame first = alice.port.receive();
        assertNotNull(first);
        byte[] before = Packets.bytes(first);
        for (int i = 0; i < 1000; i++) {
            bob.send(Packets.BOB, MacAddress.BROADCAST, 50);
        }
        assertArrayEquals(before, Packets.bytes(first));
    }

    @Test
    void anAddressMayMove() {
        bob.send(Packets.BOB, MacAddress.BROADCAST, 50);
        carol.send(Packets.BOB, MacAddress.BROADCAST, 50);
        assertTrue(bob.receives());
        assertTrue(alice.receives());
        alice.send(Packets.ALICE, Packets.BOB, 50);
        assertFalse(bob.receives());
        assertTrue(carol.receives());
    }

    @Test
    void groupsGoToAllAndAreNeverLearntAsSources() {
        bob.send(0x0100_5e00_0001L, MacAddress.BROADCAST, 50);
        while (alice.receives() || carol.receives()) {}
        alice.send(Packets.ALICE, 0x0100_5e00_0001L, 50);
        assertTrue(bob.receives());
        assertTrue(carol.receives());
    }

    @Test
    void whoIsUnpluggedGetsNothingAndItsAddressIsForgotten() {
        bob.send(Packets.BOB, MacAddress.BROADCAST, 50);
        bob.port.close();
        assertTrue(carol.receives());
        alice.send(Packets.ALICE, Packets.BOB, 50);
        assertTrue(carol.receives(), "as nobody knows where it is");
        assertFalse(bob.receives());
    }

    @Test
    void framesArriveAsTheyWereSent() {
        byte[] packet = Packets.ipv4(6, Packets.tcp(1, 2, 0x10, 40_000));
        Frame frame = Packets.frame(packet);
        frame.set(packet.length, Frame.Checksum.BLANK, 1448);
        alice.port.send(frame);
        assertTrue(bob.receives());
        assertArrayEquals(packet, Packets.bytes(bob.got));
        assertEquals(1448, bob.got.segmentSize());
        assertTrue(bob.got.isBlank());
    }

    @Test
    void oneThatFillsAQueueLeavesRoomForAnother() {
        for (int i = 0; i < 10_000; i++) {
            alice.send(Packets.ALICE, Packets.BOB, 50);
        }
        assertTrue(network.lost() > 0);
        carol.send(CAROL, Packets.BOB, 60);
        assertTrue(bob.receives());
        assertTrue(bob.receives());
        assertEquals(14 + 60, bob.got.length(), "the second one's turn comes before all of the first one's frames");
    }

    @Test
    void aQueueThatWasFullTakesFramesAgain() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 2_000; i++) {
                alice.send(Packets.ALICE, Packets.BOB, i % 2 == 0 ? 50 : 5_000);
            }
            int got = 0;
            while (bob.receives()) {
                got++;
            }
            assertEquals(FairQueue.SMALL_FRAMES / 2 + FairQueue.LARGE_FRAMES / 2, got);
        }
    }

    @Test
    void itHasOnlySoManyPlugs() {
        for (int i = 3; i < LearningSwitch.PLUGS; i++) {
            network.plugIn();
        }
        assertThrows(IllegalStateException.class, network::plugIn);
        bob.port.close();
        network.plugIn();
    }

    @Test
    void aPlugThatMakesUpAddressesKeepsOthersFromNothing() {
        AddressTable table = new AddressTable(3);
        table.learn(Packets.BOB, 1, 0);
        for (long address = 1 << 20; address < (1 << 20) + 100_000; address++) {
            table.learn(address << 1, 0, 0);
        }
        assertEquals(1, table.find(Packets.BOB, 0));
        table.learn(CAROL, 2, 0);
        assertEquals(2, table.find(CAROL, 0));
        assertEquals(AddressTable.NOWHERE, table.find(CAROL, AddressTable.LIFETIME + 1));
    }
}
