package dev.lodge.vmm.network.router;

import java.util.Locale;
import java.util.StringTokenizer;

/**
 * Rules as people write them:
 *
 * <pre>
 *   ACTION [in|out] [any|arp|ip4|ip6|tcp|udp|icmp] [from ADDRESS] [port PORTS] [to ADDRESS] [port PORTS]
 *
 *   accept out tcp to 10.0.2.2 port 8000-8080        ACTION    accept, drop, reject, rate=RATE (bytes a second: 9B, 9K, 9M, 9G)
 *   reject out udp to any port 53                    ADDRESS   any, 10.0.0.0/8, fd00::/8
 *   rate=1M in from 192.0.2.0/24                     PORTS     a number, or two with a minus between
 * </pre>
 */
public final class RuleText {

    private static final int KIB_SHIFT = 10;

    private final String text;
    private final StringTokenizer words;
    private String word = "";

    private RuleText(String text) {
        this.text = text;
        words = new StringTokenizer(text, " \t");
        advance();
    }

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException if it is none; the message says which word, and what was expected
     */
    public static Rule parse(String text) {
        return new RuleText(text).rule();
    }

    private Rule rule() {
        Action action = action();
        Direction direction = direction();
        Protocol protocol = protocol();
        Prefix source = Prefix.ANY;
        Prefix destination = Prefix.ANY;
        PortRange sourcePorts = PortRange.ANY;
        PortRange destinationPorts = PortRange.ANY;
        if (take("from")) {
            source = prefix();
            sourcePorts = ports(protocol);
        }
        if (take("to")) {
            destination = prefix();
            destinationPorts = ports(protocol);
        } else if (source.equals(Prefix.ANY) && sourcePorts.isAny()) {
            destinationPorts = ports(protocol);
        }
        if (!word.isEmpty()) {
            throw unexpected("nothing more");
        }
        return new Rule(new Pattern(direction, protocol, source, sourcePorts, destination, destinationPorts), action);
    }

    private Action action() {
        if (take("accept")) {
            return Action.Accept.ACCEPT;
        }
        if (take("drop")) {
            return Action.Drop.DROP;
        }
        if (take("reject")) {
            return Action.Reject.REJECT;
        }
        if (!word.startsWith("rate=")) {
            throw unexpected("accept, drop, reject or rate=RATE");
        }
        long rate = bytes(word.substring("rate=".length()));
        if (rate <= 0 || rate > Credit.MOST) {
            throw unexpected("rate= and bytes a second with a unit, B, K, M or G, such as rate=500K");
        }
        advance();
        return new Action.Rate(rate);
    }

    private Direction direction() {
        if (take("in")) {
            return Direction.IN;
        }
        return take("out") ? Direction.OUT : Direction.ANY;
    }

    private Protocol protocol() {
        for (Protocol protocol : Protocol.values()) {
            if (take(protocol.word)) {
                return protocol;
            }
        }
        return Protocol.ANY;
    }

    private Prefix prefix() {
        Prefix prefix = Prefix.parse(word);
        if (prefix == null) {
            throw unexpected("an IP address, such as 10.0.0.0/8 or fd00::1, or any");
        }
        advance();
        return prefix;
    }

    private PortRange ports(Protocol protocol) {
        if (!word.equals("port")) {
            return PortRange.ANY;
        }
        if (!protocol.hasPorts()) {
            throw unexpected("no ports without tcp or udp");
        }
        advance();
        int minus = word.indexOf('-');
        int first = AddressText.number(word, 0, minus < 0 ? word.length() : minus, 0xffff);
        int last = minus < 0 ? first : AddressText.number(word, minus + 1, word.length(), 0xffff);
        if (first < 0 || last < first) {
            throw unexpected("a port, 0 to 65535, or two with a minus between");
        }
        advance();
        return new PortRange(first, last);
    }

    private boolean take(String expected) {
        if (!word.equals(expected)) {
            return false;
        }
        advance();
        return true;
    }

    private void advance() {
        word = words.hasMoreTokens() ? words.nextToken().toLowerCase(Locale.ROOT) : "";
    }

    /** A number with B, K, M or G behind it; -1 if it is none. */
    private static long bytes(String text) {
        int last = text.length() - 1;
        int shift = last < 0
                ? -1
                : switch (text.charAt(last)) {
                    case 'b' -> 0;
                    case 'k' -> KIB_SHIFT;
                    case 'm' -> 2 * KIB_SHIFT;
                    case 'g' -> 3 * KIB_SHIFT;
                    default -> -1;
                };
        int number = shift < 0 ? -1 : AddressText.number(text, 0, last, Integer.MAX_VALUE);
        return number < 0 ? -1 : (long) number << shift;
    }

    private IllegalArgumentException unexpected(String expected) {
        String found = word.isEmpty() ? "it ends where" : "'" + word + "' where";
        return new IllegalArgumentException(
                "the rule '" + text + "' cannot be read: " + found + " was expected: " + expected);
    }
}
