package dev.lodge.cli;

import dev.lodge.vmm.Network;
import java.util.ArrayList;
import java.util.List;

/** Networks and port forwards as users write them: {@code --net user|tap=NAME|switch=NAME[,KEY=VALUE...]} and {@code -p}. */
final class NetworkText {
    private static final int MOST_PORT_DIGITS = 5;

    private NetworkText() {}

    /**
     * Reads the value of {@code --net}.
     *
     * @throws CommandLineException naming what is wrong with it
     */
    static Network network(String text, String option) {
        List<String> parts = parts(text);
        Network network = kind(parts.getFirst(), text, option);
        List<String> rules = new ArrayList<>();
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            try {
                switch (key) {
                    case "mac" -> network.mac(value);
                    case "limit" -> network.limit(Quantities.rate(value, option + " ...,limit"));
                    case "ip" -> network.address(value);
                    case "gw" -> network.gateway(value);
                    case "rule" -> {
                        rules.add(value);
                        network.rules(rules);
                    }
                    default ->
                        throw new IllegalArgumentException(
                                "unknown '" + part + "'; there are mac=, limit=, ip=, gw= and rule=");
                }
            } catch (IllegalArgumentException wrong) {
                throw bad(text, option, String.valueOf(wrong.getMessage()));
            }
        }
        return network;
    }

    private static Network kind(String kind, String text, String option) {
        try {
            if (kind.equals("user")) {
                return Network.user();
            }
            if (kind.startsWith("tap=")) {
                return Network.tap(kind.substring("tap=".length()));
            }
            if (kind.startsWith("switch=")) {
                return Network.switched(kind.substring("switch=".length()));
            }
        } catch (IllegalArgumentException wrong) {
            throw bad(text, option, String.valueOf(wrong.getMessage()));
        }
        throw bad(text, option, "expected user, tap=NAME or switch=NAME");
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
            parts.add(text.substring(start, comma));
            start = comma + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }

    /**
     * Reads the value of {@code -p}, {@code HOST:GUEST[/udp]}.
     *
     * @throws CommandLineException naming what is wrong with it
     */
    static Forward forward(String text, String option) {
        int slash = text.indexOf('/');
        String ports = slash < 0 ? text : text.substring(0, slash);
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
        if (!protocol.equals("tcp") && !protocol.equals("udp")) {
            throw bad(text, option, "'" + protocol + "' is neither tcp nor udp");
        }
        int colon = ports.indexOf(':');
        if (colon < 0) {
            throw bad(text, option, "expected HOST:GUEST or HOST:GUEST/udp, such as 8080:80");
        }
        return new Forward(
                port(ports.substring(0, colon), text, option),
                port(ports.substring(colon + 1), text, option),
                protocol.equals("udp"));
    }

    private static int port(String digits, String text, String option) {
        long port = Quantities.wholeNumber(digits, MOST_PORT_DIGITS);
        if (port < 1 || port > 0xffff) {
            throw bad(text, option, "'" + digits + "' is not a port, 1 to 65535");
        }
        return (int) port;
    }

    /** A port of the guest behind one of the host. */
    record Forward(int host, int guest, boolean udp) {}

    private static CommandLineException bad(String text, String option, String reason) {
        return new CommandLineException(option + " " + text + ": " + reason);
    }
}
