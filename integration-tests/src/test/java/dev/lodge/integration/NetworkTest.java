package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.vmm.Network;
import dev.lodge.vmm.network.host.HostRoutes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsVirtualisation
@DisplayName("a Linux guest with network interfaces")
class NetworkTest {
    private static final String KERNEL = Checkout.CLOUD_6_1;
    private static final String FOR_EVER = "; while :; do sleep 1000; done";

    /** Long enough for large segments, and short enough for a busy lab, where each packet takes its time. */
    private static final String MAKE_A_FILE = "head -c 400000 /dev/urandom > /tmp/file; sha256sum /tmp/file; ";

    @Test
    @DisplayName("reaches another one over a switch, and a file arrives as it was")
    void twoGuestsOnASwitch() throws Exception {
        Network first = Network.switched("test").address("10.9.0.1/24");
        Network second = Network.switched("test").address("10.9.0.2/24");
        try (RunningGuest server = new RunningGuest(
                KERNEL,
                builder -> builder.name("server").network(first),
                MAKE_A_FILE + "httpd -p 80 -h /tmp; echo serving" + FOR_EVER)) {
            server.awaitLine("serving");
            try (RunningGuest client = new RunningGuest(
                    KERNEL,
                    builder -> builder.name("client").network(second),
                    "ping -c 3 10.9.0.1; wget -qO /tmp/file http://10.9.0.1/file; sha256sum /tmp/file; echo done"
                            + FOR_EVER)) {
                client.awaitLine("done");
                assertTrue(client.said().contains("3 packets received"), client.said());
                assertEquals(sum(server), sum(client));
                assertEquals(0, first.forged() + second.forged());
            }
        }
    }

    private static String sum(RunningGuest guest) {
        return guest.said()
                .lines()
                .filter(line -> line.endsWith(" /tmp/file"))
                .findFirst()
                .orElse("none");
    }

    @Test
    @DisplayName("reaches the host by passt, is reached through a forwarded port, and obeys rules that change")
    void userNetwork() throws Exception {
        provideARoute();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            int port = server.getLocalPort();
            int forwarded = Host.freePort();
            serveForEver(server);
            Network network = Network.user()
                    .forward(forwarded, 80, false)
                    .rules(List.of("reject out tcp to 10.0.2.2 port " + port));
            String fetch = "wget -qO- http://10.0.2.2:" + port + "/";
            try (RunningGuest guest = new RunningGuest(
                    KERNEL,
                    builder -> builder.network(network),
                    "echo from the guest > /tmp/index.html; httpd -p 80 -h /tmp; " + fetch + " || echo refused; until "
                            + fetch + " 2>/dev/null; do sleep 0.2; done" + FOR_EVER)) {
                guest.awaitLine("refused");
                assertTrue(network.counts().getFirst().refused() > 0);
                network.rules(List.of());
                guest.awaitLine("from the host");
                assertEquals("from the guest", fetch(InetAddress.getLoopbackAddress(), forwarded));
            }
        }
    }

    @Test
    @DisplayName(
            "reaches the host by IPv6, too, and is reached, under the address it is told or one of its own, but no other's")
    void userNetworkOfIpv6() throws Exception {
        provideARoute();
        assumeTrue(HostRoutes.haveIpv6(), "passt has no way out for IPv6 here");
        InetAddress loopback = InetAddress.ofLiteral("::1");
        try (ServerSocket server = new ServerSocket(0, 10, loopback)) {
            int forwarded = Host.freePort();
            serveForEver(server);
            Network network = Network.user().forward(forwarded, 80, false);
            String fetch = "wget -qO- http://[fd00:10:0:2::2]:" + server.getLocalPort() + "/";
            try (RunningGuest guest = new RunningGuest(
                    KERNEL,
                    builder -> builder.network(network),
                    "echo from the guest > /tmp/index.html; httpd -p 80 -h /tmp; " + fetch + " && echo told; " + FORGE
                            + ADVERTISED + fetch + " && echo chosen" + FOR_EVER)) {
                guest.awaitLine("chosen");
                assertTrue(guest.said().contains("from the host\ntold\n"), guest.said());
                assertTrue(guest.said().contains("1 packets transmitted, 0 packets received"), guest.said());
                assertTrue(network.forged() > 0);
                assertEquals("from the guest", fetch(loopback, forwarded));
            }
        }
    }

    private static final String FORGE =
            "ip -6 addr add 2001:db8::99/64 dev eth0; ping6 -c 1 -w 1 -I 2001:db8::99 fd00:10:0:2::2; ";

    /** Has the kernel ask for routers, and make up an address within the network that passt advertises. */
    private static final String ADVERTISED =
            "ip link set eth0 down; echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_ra; ip link set eth0 up;"
                    + " until ip -6 addr show dev eth0 | grep -q fd00:10:0:2:.*dynamic; do sleep 0.2; done; ";

    /** What udhcpc calls with each lease. */
    private static final String LEASE_SCRIPT =
            "printf '#!/bin/sh\\n[ $1 != bound ] || echo leased $ip/$mask by $router\\n' > /tmp/lease; chmod +x /tmp/lease; ";

    @Test
    @DisplayName("is told its address by DHCP, if it asks")
    void addressOfPasst() throws Exception {
        provideARoute();
        try (RunningGuest guest = new RunningGuest(
                KERNEL,
                builder -> builder.network(Network.user()),
                LEASE_SCRIPT + "ip addr flush dev eth0; udhcpc -nqi eth0 -s /tmp/lease 2>/dev/null; echo asked"
                        + FOR_EVER)) {
            guest.awaitLine("asked");
            assertTrue(guest.said().contains("leased 10.0.2.15/24 by 10.0.2.2\n"), guest.said());
        }
    }

    @Test
    @DisplayName("loses one to which something happens on the host, and lives, and keeps the others")
    void lostNetworks() throws Exception {
        provideARoute();
        Host.run("for t in lodgelost:10.8.0.1 lodgestay:10.9.9.1; do ip tuntap add dev ${t%:*} mode tap"
                + " && ip addr add ${t#*:}/24 dev ${t%:*} && ip link set ${t%:*} up; done");
        Set<Long> others = passts().map(ProcessHandle::pid).collect(Collectors.toSet());
        try {
            LodgeProgram program = LodgeProgram.start(
                    "run",
                    "-k",
                    Checkout.kernel(KERNEL).toString(),
                    "--net",
                    "tap=lodgelost,ip=10.8.0.2/24",
                    "--net",
                    "user",
                    "--net",
                    "tap=lodgestay,ip=10.9.9.2/24",
                    "--",
                    "sh",
                    "-c",
                    "ping 10.8.0.1 >/dev/null & ping 10.0.2.2 >/dev/null & ping -c 1 10.8.0.1; ping -c 1 10.0.2.2; echo ready;"
                            + " read line; ping -c 2 10.9.9.1; echo alive");
            program.awaitLine("ready");
            Host.run("ip link del lodgelost");
            passts().filter(process -> !others.contains(process.pid())).forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(2_000);
            LodgeProgram.Result result = program.feed(new byte[] {'\n'}).await();
            assertEquals(0, result.status(), result.toString());
            assertTrue(result.stdout().contains("2 packets received"), result.toString());
            assertTrue(result.stdout().endsWith("alive\n"), result.toString());
            List<String> log = result.stderr().lines().sorted().toList();
            assertEquals(2, log.size(), result.stderr());
            assertTrue(log.get(0).startsWith("lodge: the network behind passt is gone: "), result.stderr());
            assertTrue(
                    log.get(1).startsWith("lodge: the network behind tap interface lodgelost is gone: "),
                    result.stderr());
        } finally {
            Host.run("ip link del lodgestay");
        }
    }

    private static Stream<ProcessHandle> passts() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").contains("/passt"));
    }

    private static void serveForEver(ServerSocket server) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    var in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                        // headers
                    }
                    socket.getOutputStream()
                            .write("HTTP/1.0 200 OK\r\n\r\nfrom the host\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // closed, by the test or the guest
                }
            }
        });
    }

    private static String fetch(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            socket.getOutputStream().write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .reduce("", (before, line) -> line);
        }
    }

    /** passt wants ways out, which the lab has not: it gets two that lead nowhere. */
    static void provideARoute() throws IOException, InterruptedException {
        boolean routed = Files.readAllLines(Path.of("/proc/net/route")).stream()
                .anyMatch(line -> line.contains("\t00000000\t") && !line.startsWith("lo\t"));
        if (!routed) {
            assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "a route needs root's rights");
            Host.run("ip tuntap add dev lodgeout mode tap && ip addr add 192.0.2.77/24 dev lodgeout"
                    + " && ip link set lodgeout up && ip route add default via 192.0.2.1"
                    + " && ip addr add 2001:db8::77/64 dev lodgeout nodad && ip addr add fe80::77/64 dev lodgeout nodad"
                    + " && ip route add default via 2001:db8::1");
        }
    }
}
