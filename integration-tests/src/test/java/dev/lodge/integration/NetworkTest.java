package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.vmm.Network;
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
            int forwarded = freePort();
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
                assertEquals("from the guest", fetch(forwarded));
            }
        }
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

    private static String fetch(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .reduce("", (before, line) -> line);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** passt wants a way out, which the lab has not: it gets one that leads nowhere. */
    private static void provideARoute() throws IOException, InterruptedException {
        boolean routed = Files.readAllLines(Path.of("/proc/net/route")).stream()
                .anyMatch(line -> line.contains("\t00000000\t") && !line.startsWith("lo"));
        if (!routed) {
            assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "a route needs root's rights");
            run("ip tuntap add dev lodgeout mode tap && ip addr add 192.0.2.77/24 dev lodgeout"
                    + " && ip link set lodgeout up && ip route add default via 192.0.2.1");
        }
    }

    private static void run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script).inheritIO().start();
        assertEquals(0, process.waitFor(), script);
    }
}
