package dev.lodge.vmm.socket;

import static dev.lodge.vmm.socket.SocketTool.READ;
import static dev.lodge.vmm.socket.SocketTool.TRANSACTION_END;
import static dev.lodge.vmm.socket.SocketTool.TRANSACTION_START;
import static dev.lodge.vmm.socket.SocketTool.WATCH;
import static dev.lodge.vmm.socket.SocketTool.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StoreSocketTest {

    private static final String OK = "11 OK|";

    private final Store store = new Store();
    private final StoreSession domainZero = store.session(() -> {});
    private final Path path;
    private final StoreSocket socket;

    StoreSocketTest(@TempDir Path directory) throws IOException {
        path = directory.resolve("xs");
        socket = StoreSocket.open(store, path);
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
    }

    @Test
    void toolsReadAndWriteTheStoreThatTheProcessUses() throws IOException {
        domainZero.write("/local/domain/1/name", "guest");
        try (SocketTool tool = new SocketTool(path)) {
            assertEquals("2 guest", tool.ask(READ, "/local/domain/1/name|"));
            assertEquals(OK, tool.ask(WRITE, "/local/domain/1/memory/target|4096"));
        }
        assertEquals("4096", domainZero.read("/local/domain/1/memory/target"));
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        domainZero.write("/a", "1");
        try (SocketTool tool = new SocketTool(path)) {
            ByteBuffer request = SocketTool.encode(READ, 0, "/a|");
            for (int i = 0; i < request.capacity(); i++) {
                tool.send(request.slice(i, 1));
            }
            assertEquals("2 1", tool.receive());
        }
    }

    @Test
    void manyRequestsMayComeAtOnce() throws IOException {
        domainZero.write("/a", "v".repeat(3000));
        ByteBuffer requests = ByteBuffer.allocate(1000 * 19);
        for (int i = 0; i < 1000; i++) {
            requests.put(SocketTool.encode(READ, 0, "/a|"));
        }
        requests.flip();
        try (SocketTool tool = new SocketTool(path)) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    tool.send(requests);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 1000; i++) {
                assertEquals(3002, tool.receive().length());
            }
            assertTrue(sender.isAlive() || !requests.hasRemaining());
        }
    }

    @Test
    void whoWatchesHearsOfChangesByOthers() throws IOException {
        try (SocketTool tool = new SocketTool(path)) {
            assertEquals("4 OK|", tool.ask(WATCH, "/local|token|"));
            assertEquals("15 /local|token|", tool.receive());
            domainZero.write("/local/x", "1");
            assertEquals("15 /local/x|token|", tool.receive());
            domainZero.remove("/local/x");
            assertEquals("15 /local/x|token|", tool.receive());
        }
    }

    @Test
    void aTransactionConflictsWithSomebodyElsesChange() throws IOException {
        domainZero.write("/a", "1");
        try (SocketTool tool = new SocketTool(path)) {
            int id = Integer.parseInt(
                    tool.ask(TRANSACTION_START, "|").substring(2).replace("|", ""));
            assertEquals("2 1", tool.ask(READ, id, "/a|"));
            assertEquals(OK, tool.ask(WRITE, id, "/b|2"));
            domainZero.write("/a", "3");
            assertEquals("16 EAGAIN|", tool.ask(TRANSACTION_END, id, "T|"));
        }
    }

    @Test
    void manyToolsAreServedAtOnce() throws IOException {
        List<SocketTool> tools = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tools.add(new SocketTool(path));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(OK, tools.get(i).ask(WRITE, "/n" + i + "|" + i));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals("2 " + (99 - i), tools.get(i).ask(READ, "/n" + (99 - i) + "|"));
            tools.get(i).close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void whoClaimsAMessageTooLongLosesTheConnectionAndNobodyElseDoes(int length) throws IOException {
        try (SocketTool good = new SocketTool(path);
                SocketTool bad = new SocketTool(path)) {
            bad.send(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putInt(12, length));
            assertTrue(bad.isAtEnd());
            assertEquals(OK, good.ask(WRITE, "/a|1"));
        }
    }

    @Test
    void anUnknownOperationIsAnswered() throws IOException {
        try (SocketTool tool = new SocketTool(path)) {
            assertEquals("16 ENOSYS|", tool.ask(999, "|"));
            assertEquals("16 EINVAL|", tool.ask(0, "no-such-command|"));
            assertTrue(tool.ask(0, "help|").startsWith("0 commands:"));
        }
    }

    @Test
    void whoTakesNoRepliesIsNotReadFromForEver() throws IOException {
        domainZero.write("/a", "v".repeat(4000));
        try (SocketTool deaf = new SocketTool(path);
                SocketTool other = new SocketTool(path)) {
            deaf.channel.configureBlocking(false);
            ByteBuffer request = SocketTool.encode(READ, 0, "/a|");
            int sent = 0;
            int refused = 0;
            while (refused < 50) {
                int count = deaf.channel.write(request.rewind());
                sent += count;
                assertTrue(sent < 64 << 20, "it is read from all the time");
                assertEquals("2 ", other.ask(READ, "/tool|"), "the others are served");
                refused = count < request.capacity() ? refused + 1 : 0;
            }
        }
    }

    @Test
    void whoTakesNoEventsLosesTheConnection() throws IOException {
        try (SocketTool deaf = new SocketTool(path)) {
            assertEquals("4 OK|", deaf.ask(WATCH, "/|token|"));
            for (int i = 0; i < 3000; i++) {
                domainZero.write("/" + "x".repeat(2000) + i, "");
            }
            assertTrue(deaf.isAtEnd());
        }
    }

    @Test
    void closingEndsTheConnections() throws IOException {
        try (SocketTool tool = new SocketTool(path)) {
            assertEquals("2 ", tool.ask(READ, "/tool|"));
            socket.close();
            assertTrue(tool.isAtEnd());
        }
    }
}
