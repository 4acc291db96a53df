package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moves much. Where every interrupt may come twice, as in the lab with several CPUs, no guest lives through it: {@code
 * integration-tests/run --icount} has one.
 */
@NeedsVirtualisation
@Tag("traffic")
@DisplayName("64 MiB, in one stream and in eight,")
class TransferTest {
    private static final int LENGTH = 64 << 20;
    private static final int STREAMS = 8;
    private static final String TAP = "lodgetest";

    /** {@code PEER}, and the ports {@code SOURCE}, {@code SINK} and {@code ECHO} come before it. Lines begin with what they are of. */
    private static final String FUNCTIONS = """
            get() {
              exec 4<>/dev/tcp/$PEER/$SOURCE
              cat <&4 >/tmp/blob
              exec 4>&-
              echo "$1-get $(sha256sum </tmp/blob)"
            }
            put() {
              exec 3<>/dev/tcp/$PEER/$SINK
              wc -c <$2 >&3
              cat $2 >&3
              read -r sum <&3
              exec 3>&-
              echo "$1-put $sum"
            }
            part() { tail -c +$(($1 * 8388608 + 1)) /tmp/blob | head -c 8388608 >/tmp/part$1; }
            parallel() {
              for i in 0 1 2 3 4 5 6 7; do part $i; done
              for i in 0 1 2 3 4 5 6 7; do put part-$i /tmp/part$i & done
              wait
            }
            datagram() {
              exec 5<>/dev/udp/$PEER/$ECHO
              head -c $1 /tmp/blob >/tmp/datagram
              dd bs=$1 if=/tmp/datagram 2>/dev/null >&5
              echo "udp-$1 $(timeout 20 dd bs=65536 count=1 <&5 2>/dev/null | sha256sum)"
            }
            offloads() { for what in tx sg tso gso gro; do ethtool -K eth0 $what $1 >/dev/null 2>&1; done; }
            queues() { awk '/vif[0-9]*-q[0-9]*-[tr]x/ { n = 0; for (i = 2; i <= NF - 3; i++) n += $i; print "queue", $NF, n }' /proc/interrupts; }
            """;

    private static final String EVERYTHING = """
            set +m; mkdir -p /tmp
            get on; put on /tmp/blob
            parallel
            datagram 1; datagram 1400; datagram 9000
            offloads off
            put off /tmp/blob
            echo "tso $(ethtool -k eth0 | grep -c '^tcp-segmentation-offload: off')"
            queues
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    @DisplayName("over a tap interface with all offloads and without, by several queues, and datagrams")
    void tap() throws Exception {
        Host.run("ip tuntap add dev " + TAP + " mode tap && ip addr add 10.7.0.1/24 dev " + TAP + " && ip link set "
                + TAP + " up");
        try (TransferPeer peer = new TransferPeer(LENGTH)) {
            String both = guest(peer, "10.7.0.1", EVERYTHING, "-c", "2", "--net", "tap=" + TAP + ",ip=10.7.0.2/24");
            check(both, peer);
            assertEquals(
                    4,
                    lines(both, "queue ").filter(line -> !line.endsWith(" 0")).count(),
                    both);
            Host.run("for what in tx sg tso gso gro; do ethtool -K " + TAP + " $what off; done 2>/dev/null; true");
            String cut = guest(
                    peer,
                    "10.7.0.1",
                    "mkdir -p /tmp; get host-off; put host-off /tmp/blob",
                    "--net",
                    "tap=" + TAP + ",ip=10.7.0.2/24");
            assertEquals(2, lines(cut, "host-off-").count(), cut);
            checkWhole(cut, peer);
        } finally {
            Host.run("ip link del " + TAP);
        }
    }

    @Test
    @DisplayName(
            "by way of passt, with all offloads and without, by several queues, and datagrams, and back through forwards")
    void user() throws Exception {
        NetworkTest.provideARoute();
        int tcp = Host.freePort();
        int udp = Host.freePort();
        try (TransferPeer peer = new TransferPeer(LENGTH)) {
            String forwards = tcp + ":7777";
            String datagrams = udp + ":7777/udp";
            String serve = EVERYTHING + """
                    perl -e '
                      my $any = pack "S n a4 x8", 2, 7777, "\\0" x 4;
                      socket my $tcp, 2, 1, 0; bind $tcp, $any; listen $tcp, 5;
                      socket my $udp, 2, 2, 0; bind $udp, $any;
                      $| = 1; print "serving\\n";
                      my $from = recv $udp, my $datagram, 65536, 0; send $udp, $datagram, 0, $from;
                      accept my $stream, $tcp; sysread $stream, my $bytes, 65536; syswrite $stream, $bytes;
                      print "served\\n";'
                    """;
            LodgeProgram program =
                    start(peer, "10.0.2.2", serve, "-c", "2", "--net", "user", "-p", forwards, "-p", datagrams);
            program.feed(new byte[0]);
            program.awaitLine("serving");
            assertEquals("a datagram for the guest", echoed(udp));
            assertEquals("a stream for the guest", streamed(tcp));
            LodgeProgram.Result result = program.await();
            assertEquals(0, result.status(), result.toString());
            assertTrue(result.stdout().contains("served\n"), result.toString());
            check(result.stdout(), peer);
        }
    }

    private static String echoed(int port) throws IOException {
        byte[] bytes = "a datagram for the guest".getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(20_000);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }

    private static String streamed(int port) throws IOException {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("a stream for the guest".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void check(String said, TransferPeer peer) {
        assertEquals(3, lines(said, "on-").count() + lines(said, "off-").count(), said);
        checkWhole(said, peer);
        for (int i = 0; i < STREAMS; i++) {
            int part = LENGTH / STREAMS;
            assertTrue(said.contains("part-" + i + "-put " + peer.sum(i * part, part) + "\n"), said);
        }
        for (int length : new int[] {1, 1400, 9000}) {
            assertTrue(said.contains("udp-" + length + " " + peer.sum(0, length)), said);
        }
        assertTrue(said.contains("tso 1\n"), said);
    }

    private static void checkWhole(String said, TransferPeer peer) {
        String whole = peer.sum(0, LENGTH);
        for (String prefix : List.of("on-", "off-", "host-off-")) {
            assertTrue(lines(said, prefix).allMatch(line -> line.contains(" " + whole)), said);
        }
    }

    private static Stream<String> lines(String said, String prefix) {
        return said.lines().filter(line -> line.startsWith(prefix));
    }

    private String guest(TransferPeer peer, String address, String script, String... options)
            throws IOException, InterruptedException {
        LodgeProgram.Result result =
                start(peer, address, script, options).feed(new byte[0]).await();
        assertEquals(0, result.status(), result.toString());
        return result.stdout();
    }

    private LodgeProgram start(TransferPeer peer, String address, String script, String... options)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("run", "-k", Checkout.kernel(Checkout.GENERIC_6_1).toString(), "-m", "512M", "--root", "/"));
        arguments.addAll(Arrays.asList(options));
        String variables = "PEER=" + address + " SOURCE=" + peer.sourcePort() + " SINK=" + peer.sinkPort() + " ECHO="
                + peer.echoPort() + "\n";
        arguments.addAll(List.of("--", "bash", "-c", variables + FUNCTIONS + script));
        return LodgeProgram.start(arguments.toArray(String[]::new));
    }
}
