package dev.lodge.vmm.network.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.network.Alarm;
import dev.lodge.vmm.network.FakePort;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.Packets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterPortTest {

    private static final int SYN = 2;
    private static final int RST_ACK = 0x14;

    private final FakePort network = new FakePort();
    private final RuleList rules = new RuleList();
    private final Clock clock = new Clock();
    private final Frame got = new Frame();
    private RouterPort router = router(0);

    private static final class Clock implements Alarm {
        long now = 5_000_000_000L;
        long alarm;

        @Override
        public long now() {
            return now;
        }

        @Override
        public void at(long time) {
            alarm = time;
        }
    }

    private RouterPort router(long limit) {
        Prefix own = Prefix.parse("10.0.0.1");
        assert own != null;
        return new RouterPort(
                network, new SourceGuard(new MacAddress(Packets.ALICE), List.of(own)), rules, limit, clock);
    }

    private boolean receives() {
        return Packets.receive(router, got);
    }

    private void rules(String... texts) {
        List<Rule> parsed = new ArrayList<>();
        for (String text : texts) {
            parsed.add(RuleText.parse(text));
        }
        rules.set(parsed, clock.now);
    }

    private static Frame tcp(int port) {
        return Packets.frame(Packets.ipv4(6, Packets.tcp(40_000, port, SYN, 0)));
    }

    @Test
    void withoutRulesEverythingPassesBothWays() {
        Frame frame = tcp(25);
        assertTrue(router.send(frame));
        assertArrayEquals(Packets.bytes(frame), Packets.bytes(network.sent.getFirst()));
        network.arriving.add(tcp(80));
        assertTrue(receives());
        assertFalse(receives());
    }

    @Test
    void theFirstRuleThatMatchesDecidesAndIsCounted() {
        rules("accept out tcp port 80", "drop out tcp", "accept");
        router.send(tcp(80));
        router.send(tcp(25));
        router.send(Packets.frame(Packets.ipv4(17, Packets.udp(1, 2, 0))));
        assertEquals(2, network.sent.size());
        List<RuleList.Count> counts = rules.counts();
        assertEquals(
                List.of(1L, 1L, 1L), counts.stream().map(RuleList.Count::frames).toList());
        assertEquals(
                List.of(0L, 1L, 0L),
                counts.stream().map(RuleList.Count::refused).toList());
        assertEquals(54, counts.get(1).bytes());
    }

    @Test
    void aListThatIsReplacedKeepsTheCountsOfTheRulesThatStay() {
        rules("drop out tcp port 25", "drop in");
        router.send(tcp(25));
        rules("accept out udp", "drop out tcp port 25");
        router.send(tcp(25));
        assertEquals(
                List.of(0L, 2L),
                rules.counts().stream().map(RuleList.Count::frames).toList());
        rules();
        router.send(tcp(25));
        assertEquals(1, network.sent.size());
    }

    @Test
    void framesFromTheNetworkAreRefusedToo() {
        rules("drop in tcp port 22");
        network.arriving.add(tcp(22));
        network.arriving.add(tcp(80));
        assertTrue(receives());
        assertEquals(80, got.headers().destinationPort());
        assertFalse(receives());
    }

    @Test
    void aFloodOfRefusedFramesLetsOthersHaveTheirTurn() {
        rules("drop in");
        int[] rings = {0};
        router.attach(() -> rings[0]++);
        for (int i = 0; i < 100; i++) {
            network.arriving.add(tcp(22));
        }
        assertFalse(receives());
        assertEquals(36, network.arriving.size());
        assertEquals(1, rings[0], "it asks to be called again");
    }

    @Test
    void aRejectedConnectionIsReset() {
        rules("reject out tcp port 25");
        assertTrue(router.send(tcp(25)));
        assertTrue(network.sent.isEmpty());
        assertTrue(receives());
        assertEquals(Packets.ALICE, got.headers().destinationMac());
        assertEquals(Packets.BOB, got.headers().sourceMac());
        assertEquals(0xffff_0a00_0002L, got.headers().sourceLow());
        assertEquals(25, got.headers().sourcePort());
        assertEquals(40_000, got.headers().destinationPort());
        assertEquals(RST_ACK, got.u8(34 + 13));
        assertEquals(1001, got.i32(34 + 8), "the SYN is acknowledged");
        assertEquals(0, Packets.verify(got));
        assertEquals(0, Packets.sum(Packets.bytes(got), 14, 34, 0));
        assertFalse(receives());
    }

    @Test
    void anAnswerThatTheDomainStillHasIsNotMadeAnother() {
        rules("reject out tcp");
        router.send(tcp(25));
        Frame answer = router.receive();
        assertNotNull(answer);
        router.send(tcp(26));
        assertEquals(25, answer.headers().sourcePort());
        assertFalse(receives(), "a second one would have had no place");
        router.send(tcp(27));
        assertTrue(receives());
        assertEquals(27, got.headers().sourcePort());
    }

    @Test
    void aRejectedDatagramIsAnsweredByIcmpWithItsBeginning() {
        rules("reject out udp");
        byte[] datagram = Packets.ipv4(17, Packets.udp(40_000, 53, 100));
        router.send(Packets.frame(datagram));
        assertTrue(receives());
        byte[] answer = Packets.bytes(got);
        assertEquals(3, answer[34]);
        assertEquals(13, answer[35]);
        assertEquals(0, Packets.sum(answer, 34, answer.length, 0));
        assertEquals(34 + 8 + 28, answer.length);
        assertArrayEquals(Arrays.copyOfRange(datagram, 14, 42), Arrays.copyOfRange(answer, 42, answer.length));
    }

    @Test
    void aRejectedFrameFromTheNetworkIsAnsweredThere() {
        rules("reject in udp");
        network.arriving.add(Packets.frame(Packets.ipv6(17, Packets.udp(40_000, 53, 100))));
        assertFalse(receives());
        Frame answer = network.sent.getFirst();
        assertEquals(58, answer.headers().protocol());
        assertEquals(1, answer.u8(54));
        byte[] bytes = Packets.bytes(answer);
        assertEquals(0, Packets.verify(answer));
        assertFalse(answer.headers().isMalformed());
        assertEquals(54 + 8 + 148, bytes.length);
    }

    @Test
    void errorsResetsAndGroupsAreNotAnswered() {
        rules("reject");
        Frame reset = Packets.frame(Packets.ipv4(6, Packets.tcp(1, 2, 4, 0)));
        Frame unreachable = Packets.frame(Packets.ipv4(1, new byte[] {3, 1, 0, 0, 0, 0, 0, 0}));
        Frame group = tcp(25);
        group.putMac(0, 0x0100_5e00_0001L);
        byte[] fragment = Packets.ipv4(17, Packets.udp(1, 2, 64));
        fragment[14 + 7] = 64;
        for (Frame frame : List.of(reset, unreachable, group, Packets.frame(fragment))) {
            assertTrue(router.send(frame));
            assertFalse(receives());
        }
        assertTrue(network.sent.isEmpty());
    }

    @Test
    void whatCannotBeReadDoesNotPassAnyRules() {
        byte[] bytes = Packets.ipv4(6, Packets.tcp(1, 2, SYN, 64));
        bytes[14 + 7] = 1; // a fragment over another's header
        router.send(Packets.frame(bytes));
        assertEquals(1, network.sent.size());
        rules("accept");
        router.send(Packets.frame(bytes));
        assertEquals(1, network.sent.size());
    }

    @Test
    void nobodySendsUnderAnothersAddress() {
        Frame otherMac = tcp(25);
        otherMac.putMac(6, Packets.BOB);
        Frame otherIp = tcp(25);
        otherIp.put32(26, 0x0a00_0003);
        Frame otherArp = Packets.frame(Packets.arp(Packets.BOB, 0x0a00_0001));
        Frame otherArpIp = Packets.frame(Packets.arp(Packets.ALICE, 0x0a00_0003));
        for (Frame frame : List.of(otherMac, otherIp, otherArp, otherArpIp)) {
            assertTrue(router.send(frame));
        }
        assertTrue(network.sent.isEmpty());
        assertEquals(4, router.forged());
        Frame asking = tcp(68);
        asking.put32(26, 0);
        router.send(asking);
        router.send(Packets.frame(Packets.arp(Packets.ALICE, 0x0a00_0001)));
        router.send(Packets.frame(Packets.ipv6(17, Packets.udp(1, 2, 0))));
        assertEquals(3, network.sent.size(), "who asks for an address, its own, and of a version that has none known");
    }

    @Test
    void nobodySendsUnderAnothersAddressOfIpv6() {
        Prefix own = Prefix.parse("fd00::/64");
        assert own != null;
        router = new RouterPort(network, new SourceGuard(new MacAddress(Packets.ALICE), List.of(own)), rules, 0, clock);
        byte[] solicitation = new byte[24];
        solicitation[0] = (byte) 135;
        byte[] datagram = Packets.udp(1, 2, 0);
        for (Frame own6 : List.of(
                from6(0xfd00L << 48, 1, 17, datagram),
                from6(0xfd00L << 48, 0x0216_3eff_fe00_0001L, 17, datagram), // chosen by itself
                from6(0xfe80L << 48, 0x0216_3eff_fe00_0001L, 17, datagram),
                from6(0, 0, 58, solicitation), // whether somebody has the address
                from6(0xfd00L << 48, 1, 58, advertisement(0xfd00L << 48, 1)),
                from6(0xfe80L << 48, 1, 58, advertisement(0xfe80L << 48, 1)))) {
            assertTrue(router.send(own6));
        }
        assertEquals(6, network.sent.size());
        for (Frame others : List.of(
                from6(0x2001_0db8L << 32, 1, 17, datagram),
                from6(0xfd00L << 48 | 1, 1, 17, datagram), // of the next network
                from6(0xfec0L << 48, 1, 17, datagram),
                from6(0, 1, 17, datagram), // the host's own loopback address
                from6(0, 0xffff_0a00_0001L, 17, datagram), // an IPv4 address, mapped
                from6(0xff02L << 48, 1, 17, datagram),
                from6(0xfe80L << 48, 1, 58, advertisement(0x2001_0db8L << 32, 1)),
                from6(0xfd00L << 48, 1, 58, advertisement(0xfd00L << 48 | 1, 1)))) {
            assertTrue(router.send(others));
        }
        assertEquals(6, network.sent.size());
        assertEquals(8, router.forged());
        Frame cut = from6(0xfd00L << 48, 1, 58, Arrays.copyOf(advertisement(0x2001_0db8L << 32, 1), 23));
        assertTrue(router.send(cut), "it is too short to be heard by anybody");
        assertEquals(7, network.sent.size());
    }

    private static Frame from6(long high, long low, int next, byte[] payload) {
        byte[] bytes = Packets.ipv6(next, payload);
        ByteBuffer.wrap(bytes).putLong(14 + 8, high).putLong(14 + 16, low);
        return Packets.frame(bytes);
    }

    private static byte[] advertisement(long high, long low) {
        return ByteBuffer.allocate(24)
                .put(0, (byte) 136)
                .putLong(8, high)
                .putLong(16, low)
                .array();
    }

    @Test
    void whoHasSpentItsCreditWaitsForTheAlarm() {
        router = router(100_000);
        Frame large = Packets.frame(Packets.ipv4(17, Packets.udp(1, 2, 10_000)));
        assertTrue(router.send(large));
        assertFalse(router.send(large));
        assertEquals(1, network.sent.size());
        assertTrue(clock.alarm > clock.now);
        clock.now = clock.alarm;
        assertTrue(router.send(large));
        assertEquals(2, network.sent.size());
    }

    @Test
    void aFrameThatTheNetworkDidNotTakeIsNotCountedAgain() {
        router = router(100_000);
        rules("accept");
        network.full = true;
        Frame frame = tcp(80);
        assertFalse(router.send(frame));
        assertFalse(router.send(frame));
        network.full = false;
        assertTrue(router.send(frame));
        assertEquals(1, network.sent.size());
        assertEquals(1, rules.counts().getFirst().frames());
    }

    @Test
    void aFrameThatComesInThePlaceOfOneThatMayPassIsLookedAt() {
        network.full = true;
        Frame frame = tcp(80);
        assertFalse(router.send(frame));
        network.full = false;
        Frame other = tcp(80);
        other.putMac(6, Packets.BOB); // before its headers are read
        int[] calls = {0};
        router.attach(() -> calls[0]++);
        network.full = true;
        assertFalse(router.send(frame));
        network.full = false;
        assertFalse(router.send(other), "of another queue: it waits for its turn");
        assertEquals(0, calls[0]);
        assertTrue(router.send(frame));
        assertEquals(1, calls[0], "and is told when that comes");
        assertTrue(router.send(other));
        assertEquals(1, network.sent.size());
        network.sent.clear();
        network.full = true;
        assertFalse(router.send(frame));
        network.full = false;
        router.attach(() -> {});
        frame.putMac(6, Packets.BOB);
        frame.set(frame.length(), Frame.Checksum.UNKNOWN, 0);
        assertTrue(router.send(frame), "of another front end");
        assertTrue(network.sent.isEmpty());
        assertEquals(2, router.forged());
    }

    @Test
    void aFrameWhoseAddressCannotBeReadIsForged() {
        byte[] bytes = Packets.ipv4(17, Packets.udp(1, 2, 0));
        bytes[14] = 0x44; // an IP header of 16 bytes
        router.send(Packets.frame(bytes));
        assertTrue(network.sent.isEmpty());
        assertEquals(1, router.forged());
    }

    @Test
    void aRateLetsThroughSoMuchAndDropsTheRest() {
        rules("rate=10K out udp", "accept");
        Frame frame = Packets.frame(Packets.ipv4(17, Packets.udp(1, 2, 958))); // 1,000 bytes
        for (int millis = 0; millis < 10_000; millis += 10) {
            router.send(frame);
            clock.now += 10_000_000;
        }
        int passed = network.sent.size();
        assertTrue(passed >= 102 && passed <= 107, passed + " of 1000 in ten seconds");
        assertEquals(1000 - passed, rules.counts().getFirst().refused());
    }
}
