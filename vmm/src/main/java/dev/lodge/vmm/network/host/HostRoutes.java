package dev.lodge.vmm.network.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/** Where this host's packets go, as the kernel tells in {@code /proc/net}. */
public final class HostRoutes {

    private static final Path ROUTES = Path.of("/proc/net/ipv6_route");
    private static final Path ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final String ANYWHERE = "0".repeat(32) + " 00 ";
    private static final int RTF_REJECT = 0x200;
    private static final String LINK_SCOPE = "20";

    private HostRoutes() {}

    /**
     * Whether there is a way out for IPv6 that passt takes: a default route over an interface that has an address of its link. A
     * guest that is given an address where there is none would wait for each connection in vain.
     */
    public static boolean haveIpv6() {
        try {
            return haveIpv6(Files.readAllLines(ROUTES), Files.readAllLines(ADDRESSES));
        } catch (IOException e) {
            return false; // a kernel without IPv6
        }
    }

    static boolean haveIpv6(List<String> routes, List<String> addresses) {
        for (String route : routes) {
            if (route.startsWith(ANYWHERE)) {
                // destination, source, next hop, metric, reference count, use, flags, interface
                StringTokenizer words = new StringTokenizer(route);
                String flags = word(words, 9);
                String name = word(words, 1);
                if (isUsable(flags) && hasLinkAddress(name, addresses)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isUsable(String flags) {
        try {
            return (Long.parseLong(flags, 16) & RTF_REJECT) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean hasLinkAddress(String name, List<String> addresses) {
        for (String address : addresses) {
            // address, number of the interface, bits, scope, flags, interface
            StringTokenizer words = new StringTokenizer(address);
            if (word(words, 4).equals(LINK_SCOPE) && word(words, 2).equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The word that is so many further on; empty if there are not so many. */
    private static String word(StringTokenizer words, int on) {
        String word = "";
        for (int i = 0; i < on; i++) {
            word = words.hasMoreTokens() ? words.nextToken() : "";
        }
        return word;
    }
}
