package dev.lodge.vmm.backend.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.LearningSwitch;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Packets;
import dev.lodge.vmm.network.router.RouterPort;
import dev.lodge.vmm.network.router.RuleList;
import dev.lodge.vmm.network.router.RuleText;
import dev.lodge.vmm.network.router.SourceGuard;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A packet's whole way, from one ring by rules and a switch to another ring, allocates nothing. */
class NetHotPathTest {

    private static final int PACKETS = 50_000;

    private final NetFrontEnd front = new NetFrontEnd();
    private final MemorySegment request = MemorySegment.ofArray(new byte[12]);
    private final MemorySegment response = MemorySegment.ofArray(new byte[8]);

    @Test
    void aPacketFromRingToRing() throws ConnectionFault, ReflectiveOperationException {
        LearningSwitch network = new LearningSwitch("test");
        RuleList rules = new RuleList();
        rules.set(List.of(RuleText.parse("drop tcp"), RuleText.parse("rate=1G out udp")), System.nanoTime());
        NetworkPort from = new RouterPort(
                network.plugIn(),
                new SourceGuard(new MacAddress(Packets.ALICE), List.of()),
                rules,
                0,
                new TimedAlarm(false));
        NetworkPort to = network.plugIn();
        to.attach(() -> {});
        GrantMappings mappings = new GrantMappings(front.guest.domain.grants());
        TransmitQueue transmit = new TransmitQueue(front.txRing().newBackEnd(), mappings, from, new MulticastFilter());
        ReceiveQueue receive = new ReceiveQueue(front.rxRing().newBackEnd(), mappings);
        byte[] packet = Packets.ipv4(17, Packets.udp(1, 2, 1_000));
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, front.buffer(NetFrontEnd.FIRST_BUFFER), 0, packet.length);
        request.set(ValueLayout.JAVA_INT_UNALIGNED, 0, NetFrontEnd.FIRST_BUFFER);
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, 10, (short) packet.length);
        MemorySegment post = MemorySegment.ofArray(new byte[8]);
        post.set(ValueLayout.JAVA_INT_UNALIGNED, 4, NetFrontEnd.FIRST_BUFFER + 1);

        for (int round = 0; ; round++) {
            long before = AllocatedBytes.ofThisThread();
            for (int i = 0; i < PACKETS; i++) {
                front.tx.put(request);
                front.tx.publish();
                front.rx.put(post);
                front.rx.publish();
                transmit.move(64);
                transmit.publish();
                Frame frame = to.receive();
                if (frame != null && receive.hasRoom(frame)) {
                    receive.put(frame);
                    receive.publish();
                }
                assertTrue(front.tx.take(response));
                assertTrue(front.rx.take(response));
            }
            long allocated = AllocatedBytes.ofThisThread() - before;
            if (round == 20 || allocated < PACKETS) {
                assertTrue(allocated < PACKETS, allocated + " bytes for " + PACKETS + " packets");
                break;
            }
        }
        assertEquals(packet.length, response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 6));
        assertFalse(front.guest.isGrantInUse(NetFrontEnd.FIRST_BUFFER));
        front.guest.close();
    }
}
