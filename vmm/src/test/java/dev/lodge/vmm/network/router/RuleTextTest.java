package dev.lodge.vmm.network.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.Packets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTextTest {

    private static final Frame MAIL = Packets.frame(Packets.ipv4(6, Packets.tcp(40_000, 25, 2, 0)));
    private static final Frame NAMES = Packets.frame(Packets.ipv4(17, Packets.udp(40_000, 53, 20)));
    private static final Frame SIX = Packets.frame(Packets.ipv6(6, Packets.tcp(40_000, 25, 2, 0)));
    private static final Frame PING = Packets.frame(Packets.ipv4(1, new byte[] {8, 0, 0, 0, 0, 0, 0, 0}));
    private static final Frame ARP = Packets.frame(Packets.arp(Packets.ALICE, 0x0a00_0001));

    private static boolean matches(String rule, Direction way, Frame frame) {
        return RuleText.parse(rule).pattern().matches(way, frame.headers());
    }

    @Test
    void anActionAloneIsAboutEverything() {
        for (Frame frame : new Frame[] {MAIL, NAMES, SIX, PING, ARP}) {
            assertTrue(matches("drop", Direction.IN, frame));
            assertTrue(matches("drop", Direction.OUT, frame));
        }
        assertEquals(new Rule(Pattern.ALL, Action.Accept.ACCEPT), RuleText.parse("accept any from any to any"));
    }

    @Test
    void theDirectionCounts() {
        assertTrue(matches("drop out", Direction.OUT, MAIL));
        assertFalse(matches("drop out", Direction.IN, MAIL));
        assertTrue(matches("drop in", Direction.IN, MAIL));
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, true, false, true, false, false",
        "udp, false, true, false, false, false",
        "icmp, false, false, false, true, false",
        "ip4, true, true, false, true, false",
        "ip6, false, false, true, false, false",
        "arp, false, false, false, false, true",
    })
    void theProtocolCounts(String protocol, boolean mail, boolean names, boolean six, boolean ping, boolean arp) {
        String rule = "drop " + protocol;
        assertEquals(mail, matches(rule, Direction.OUT, MAIL));
        assertEquals(names, matches(rule, Direction.OUT, NAMES));
        assertEquals(six, matches(rule, Direction.OUT, SIX));
        assertEquals(ping, matches(rule, Direction.OUT, PING));
        assertEquals(arp, matches(rule, Direction.OUT, ARP));
    }

    @ParameterizedTest
    @CsvSource({
        "drop from 10.0.0.1, true",
        "drop from 10.0.0.2, false",
        "drop to 10.0.0.2, true",
        "drop from 10.0.0.0/8 to 10.0.0.2/31, true",
        "drop from 10.0.0.0/31 to 10.0.0.0/31, false",
        "drop from 0.0.0.0/0, true",
        "drop from ::/0, false",
        "drop tcp to any port 25, true",
        "drop tcp port 20-30, true",
        "drop tcp port 26-30, false",
        "drop tcp from any port 25, false",
        "drop tcp from any port 40000 to 10.0.0.2 port 25, true",
        "drop udp port 25, false",
    })
    void addressesAndPortsCount(String rule, boolean expected) {
        assertEquals(expected, matches(rule, Direction.OUT, MAIL));
    }

    @Test
    void addressesOfVersion6AreReadInTheirForms() {
        assertTrue(matches("drop from fd00::1 to fd00:0:0:0:0:0:0:2", Direction.OUT, SIX));
        assertTrue(matches("drop from fd00::/8", Direction.OUT, SIX));
        assertFalse(matches("drop from fe80::/10", Direction.OUT, SIX));
        assertEquals(Prefix.parse("::"), Prefix.parse("0:0:0:0:0:0:0:0/128"));
        assertEquals(Prefix.parse("1:2::"), Prefix.parse("1:2:0:0:0:0:0:0"));
    }

    @Test
    void ratesHaveUnits() {
        assertEquals(new Action.Rate(500 << 10), RuleText.parse("rate=500K in").action());
        assertEquals(new Action.Rate(3L << 30), RuleText.parse("RATE=3G").action());
        assertEquals(new Action.Rate(12), RuleText.parse("rate=12B").action());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "allow",
                "drop sideways",
                "drop tcp to",
                "drop tcp to 10.0.0.256",
                "drop tcp port 65536",
                "drop tcp port 9-8",
                "drop tcp port -",
                "drop tcp port",
                "drop port 25",
                "drop icmp port 1",
                "drop tcp port 25 please",
                "rate=",
                "rate=0K",
                "rate=12",
                "rate=K",
                "rate=1T",
                "rate=200G",
                "rate=-1",
                "drop from 10.0.0.0/33",
                "drop from 10.0.0",
                "drop from 10.0.0.01",
                "drop from :::",
                "drop from 1::2::3",
                "drop from 12345::",
                "drop from fd00::/129",
                "drop from 1:2:3:4:5:6:7",
                "drop from 1:2:3:4:5:6:7:8:9",
                "drop to any from any"
            })
    void whatIsNoRuleIsRefusedByWord(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> RuleText.parse(text));
        assertTrue(String.valueOf(refused.getMessage()).contains("was expected: "), refused.getMessage());
    }

    @Test
    void aMistakeIsNamed() {
        var refused = assertThrows(IllegalArgumentException.class, () -> RuleText.parse("drop tcp port http"));
        assertEquals(
                "the rule 'drop tcp port http' cannot be read: 'http' where was expected: a port, 0 to 65535, or two with a"
                        + " minus between",
                refused.getMessage());
        assertNull(Prefix.parse("localhost"));
        assertNotNull(Prefix.parse("any"));
    }
}
