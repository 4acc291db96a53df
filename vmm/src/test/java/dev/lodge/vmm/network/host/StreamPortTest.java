package dev.lodge.vmm.network.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.UnixStream;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.Packets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames behind their lengths, over a real socket. */
class StreamPortTest {

    private final ServerSocketChannel server;
    private final Path path;
    private final StreamPort port;
    private final SocketChannel peer;
    private final Frame got = new Frame();

    StreamPortTest(@TempDir Path directory) throws IOException {
        path = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        port = new StreamPort("passt", UnixStream.connect(path.toString()));
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        port.close();
        peer.close();
        server.close();
    }

    private static byte[] packet(int length) {
        return Packets.ipv4(17, Packets.udp(1, 2, length));
    }

    private void peerSends(byte[] bytes) throws IOException {
        peer.write(ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .flip());
    }

    private boolean receives() {
        return Packets.receive(port, got);
    }

    @Test
    void framesGoOutBehindTheirLengthWhenFlushed() throws IOException {
        assertTrue(port.send(Packets.frame(packet(10))));
        assertTrue(port.send(Packets.frame(packet(20))));
        port.flush();
        ByteBuffer bytes = ByteBuffer.allocate(8 + 52 + 62);
        while (bytes.hasRemaining()) {
            peer.read(bytes);
        }
        bytes.flip();
        assertEquals(52, bytes.getInt());
        byte[] first = new byte[52];
        bytes.get(first);
        assertArrayEquals(packet(10), first);
        assertEquals(62, bytes.getInt());
    }

    @Test
    void framesComeInOrderHoweverTheyAreCut() throws IOException {
        byte[] packet = packet(1000);
        ByteBuffer stream = ByteBuffer.allocate(2 * (4 + packet.length));
        stream.putInt(packet.length)
                .put(packet)
                .putInt(packet.length)
                .put(packet)
                .flip();
        int frames = 0;
        while (stream.hasRemaining()) {
            peer.write(stream.slice(stream.position(), Math.min(7, stream.remaining())));
            stream.position(Math.min(stream.limit(), stream.position() + 7));
            if (receives()) {
                assertArrayEquals(packet, Packets.bytes(got));
                frames++;
            }
        }
        assertEquals(2, frames);
        assertFalse(receives());
        assertTrue(port.isUp());
    }

    @Test
    void aStreamThatIsFullTakesNoMoreUntilItIsRead() throws IOException {
        byte[] packet = packet(60_000);
        int sent = 0;
        while (port.send(Packets.frame(packet))) {
            port.flush();
            sent++;
        }
        ByteBuffer all = ByteBuffer.allocate(sent * (4 + packet.length));
        while (all.hasRemaining()) {
            peer.read(all);
            port.flush();
        }
        assertTrue(port.send(Packets.frame(packet)));
        for (int i = 0; i < sent; i++) {
            assertEquals(packet.length, all.getInt(i * (4 + packet.length)));
        }
    }

    @Test
    void whoFindsTheBeginningOfAFrameFindsAllOfIt() throws IOException {
        byte[] packet = packet(9_000);
        while (port.send(Packets.frame(packet))) {
            // until neither the stream nor the port has room
        }
        peer.configureBlocking(false);
        ByteBuffer seen = ByteBuffer.allocate(1 << 20);
        while (peer.read(seen) > 0) {
            // all that is there
        }
        assertTrue(seen.position() > 0);
        assertEquals(0, seen.position() % (4 + packet.length));
    }

    @Test
    void aPeerThatGoesAwayTakesTheLinkDown() throws IOException {
        peerSends(packet(5));
        peer.close();
        assertTrue(receives(), "what it sent before still comes");
        assertFalse(receives());
        assertFalse(port.isUp());
        assertTrue(port.send(Packets.frame(packet(5))), "and is lost, as on a wire");
        assertEquals(-1, port.file());
    }

    @Test
    void aPeerThatGoesAwayUnreadIsNoticedWhenSending() throws IOException {
        peer.close();
        port.send(Packets.frame(packet(5)));
        port.flush();
        assertFalse(port.isUp());
    }

    @Test
    void lengthsThatCannotBeTakeTheLinkDown() throws IOException {
        for (int length : new int[] {0, 13, Frame.MAX_LENGTH + 1, -1}) {
            StreamPort another = new StreamPort("passt", UnixStream.connect(path.toString()));
            try (SocketChannel liar = server.accept()) {
                liar.write(ByteBuffer.allocate(4).putInt(length).flip());
                assertNull(another.receive());
                assertFalse(another.isUp(), "length " + length);
            }
            another.close();
        }
    }

    @Test
    void whereNobodyListensThereIsNoConnection() {
        String nowhere = path.resolveSibling("nowhere").toString();
        assertEquals(
                Errno.ENOENT,
                assertThrows(LinuxException.class, () -> UnixStream.connect(nowhere))
                        .errno());
        assertThrows(IllegalArgumentException.class, () -> UnixStream.connect("x".repeat(108)));
    }
}
