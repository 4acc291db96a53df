package dev.lodge.vmm.network.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRoutesTest {

    private static final String ZERO = "0".repeat(32);
    private static final String NEXT = "20010db8000000000000000000000001";
    private static final String DEFAULT =
            ZERO + " 00 " + ZERO + " 00 " + NEXT + " 00000400 00000001 00000000 00000003     eth0";
    private static final String NONE =
            ZERO + " 00 " + ZERO + " 00 " + ZERO + " ffffffff 00000001 00000000 00200200       lo";
    private static final String LINK = "fe80000000000000021122fffe334455 02 40 20 80     eth0";
    private static final String GLOBAL = "20010db8000000000000000000000077 02 40 00 80     eth0";

    @Test
    void aDefaultRouteOverAnInterfaceOfALinkIsAWayOut() {
        assertTrue(HostRoutes.haveIpv6(List.of(NONE, DEFAULT), List.of(GLOBAL, LINK)));
    }

    @Test
    void thereIsNoneOverAnInterfaceWithoutAnAddressOfItsLink() {
        assertFalse(HostRoutes.haveIpv6(List.of(DEFAULT), List.of(GLOBAL, LINK.replace("eth0", "eth1"))));
        assertFalse(HostRoutes.haveIpv6(List.of(DEFAULT), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000000000000000000000000000000 00 ", "x y", "::/0 via fe80::1"})
    void whatIsNoDefaultRouteIsNoWayOut(String line) {
        assertFalse(
                HostRoutes.haveIpv6(List.of(line, NONE, DEFAULT.replace("00000003", "00000203")), List.of(LINK, "")));
        assertFalse(HostRoutes.haveIpv6(
                List.of(DEFAULT.replace(ZERO + " 00 " + ZERO, ZERO + " 40 " + ZERO)), List.of(LINK)));
        assertFalse(HostRoutes.haveIpv6(List.of(DEFAULT.replace("00000003", "flags")), List.of(LINK)));
    }
}
