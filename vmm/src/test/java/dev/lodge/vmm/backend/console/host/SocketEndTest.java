package dev.lodge.vmm.backend.console.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketEndTest {
    private static final String IN_USE = "lodge: this console has a client already\r\n";
    private static final int MUCH = 100 * Backlog.SIZE; // more than the host's own buffers hold, too

    private final Path path;
    private final SocketEnd socket;
    private final GuestEnd guest;

    SocketEndTest(@TempDir Path directory) throws IOException {
        path = directory.resolve("console");
        socket = SocketEnd.open(path, 20);
        guest = new GuestEnd(socket);
    }

    @AfterEach
    void close() {
        socket.close();
        assertFalse(Files.exists(path));
    }

    @Test
    void onlyTheOwnerMayConnect() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void whoConnectsLaterSeesWhatWasSaidLast() throws Exception {
        guest.say("x".repeat(3 * Backlog.SIZE) + "login: ");
        try (SocketChannel client = connect()) {
            assertEquals("x".repeat(Backlog.SIZE - 7) + "login: ", read(client, Backlog.SIZE));
            guest.say("more");
            assertEquals("more", read(client, 4));
        }
    }

    @Test
    void whatTheClientTypesReachesTheGuest() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "ls\n");
            assertEquals("ls\n", guest.hear(3));
        }
    }

    @Test
    void whatAClientThatLeftHadTypedReachesTheGuest() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "poweroff\n");
        }
        assertEquals("poweroff\n", guest.hear(9));
    }

    @Test
    void muchGoesThroughEachWay() throws Exception {
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        try (SocketChannel client = connect()) {
            guest.say("!"); // the client is there
            assertEquals("!", read(client, 1));
            Thread typist = Thread.ofVirtual().start(() -> write(client, noise));
            guest.hear(noise.length);
            assertArrayEquals(noise, guest.heard());
            typist.join();
        }
    }

    @Test
    void anotherClientIsToldThatItIsNotTheFirst() throws Exception {
        try (SocketChannel first = connect()) {
            guest.say("hello");
            assertEquals("hello", read(first, 5));
            try (SocketChannel second = connect()) {
                assertEquals(IN_USE, readAll(second));
            }
            guest.say(" you");
            assertEquals(" you", read(first, 4));
        }
        try (SocketChannel third = connect()) {
            assertEquals("hello you", read(third, 9));
        }
    }

    @Test
    void aClientThatGoesHoldsUpNobody() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "x");
            assertEquals("x", guest.hear(1));
            guest.sayAtOnce(new byte[MUCH]);
        }
        guest.say(new byte[MUCH]);
        guest.say("end");
        try (SocketChannel next = connect()) {
            assertEquals("end", read(next, Backlog.SIZE).substring(Backlog.SIZE - 3));
        }
    }

    @Test
    void aClientThatReadsNothingIsWaitedForAWhileOnlyAndThenMissesSome() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "x");
            assertEquals("x", guest.hear(1));
            guest.say(new byte[MUCH]);
            guest.say("end");
            String last = "";
            while (!last.equals("end")) {
                String next = read(client, 1);
                assertEquals(1, next.length(), "the connection has ended");
                last = (last + next).substring(Math.max(0, last.length() - 2));
            }
        }
    }

    @Test
    void aClientGetsTheLastWordsBeforeTheConsoleIsClosed() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "x");
            assertEquals("x", guest.hear(1));
            guest.say("power down\n");
            socket.close();
            assertEquals("power down\n", readAll(client));
        }
    }

    @Test
    void aClientThatReadsNothingDoesNotKeepTheConsoleFromBeingClosed() throws Exception {
        try (SocketChannel client = connect()) {
            write(client, "x");
            assertEquals("x", guest.hear(1));
            guest.say(new byte[MUCH]);
            socket.close();
            assertEquals(7, guest.sayAtOnce(new byte[7]));
        }
    }

    @Test
    void aSocketOrFileThatIsThereIsLeftAlone() throws IOException {
        assertEquals("cannot listen at " + path + ": another process listens there", refusal(path));
        Path file = Files.writeString(path.resolveSibling("file"), "precious");
        assertEquals("cannot listen at " + file + ": it exists and is no socket", refusal(file));
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aPathTooLongOrInNoDirectoryIsRefused() {
        Path tooLong = path.resolveSibling("x".repeat(108));
        assertEquals("cannot listen at " + tooLong + ": a socket's path has at most 107 bytes", refusal(tooLong));
        Path nowhere = path.resolveSibling("no").resolve("such");
        assertEquals("cannot listen at " + nowhere + ": there is no such directory", refusal(nowhere));
    }

    private static String refusal(Path path) {
        return String.valueOf(
                assertThrows(IOException.class, () -> SocketEnd.open(path)).getMessage());
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static void write(SocketChannel client, String text) {
        write(client, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(SocketChannel client, byte[] text) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        try {
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(SocketChannel client, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining() && client.read(into) >= 0) {
            // on
        }
        return new String(into.array(), 0, into.position(), StandardCharsets.UTF_8);
    }

    private static String readAll(SocketChannel client) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(Backlog.SIZE);
        while (client.read(into) >= 0) {
            // on
        }
        return new String(Arrays.copyOf(into.array(), into.position()), StandardCharsets.UTF_8);
    }
}
