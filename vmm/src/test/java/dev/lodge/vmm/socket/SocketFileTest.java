package dev.lodge.vmm.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.store.Store;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {

    private final Path directory;

    SocketFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static String refusal(Path path) {
        IOException refused = assertThrows(IOException.class, () -> StoreSocket.open(new Store(), path));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void onlyTheOwnerMayUseTheSocketAndItIsGoneAfterwards() throws IOException {
        Path path = directory.resolve("xs");
        try (StoreSocket socket = StoreSocket.open(new Store(), path)) {
            assertEquals(path, socket.path());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void aSocketThatAKilledProcessLeftIsReplaced() throws IOException {
        Path path = directory.resolve("xs");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path));
        try (StoreSocket socket = StoreSocket.open(new Store(), path);
                SocketTool tool = new SocketTool(socket.path())) {
            assertEquals("2 ", tool.ask(SocketTool.READ, "/tool|"));
        }
    }

    @Test
    void aSocketInUseIsLeftAlone() throws IOException {
        Path path = directory.resolve("xs");
        try (StoreSocket first = StoreSocket.open(new Store(), path)) {
            assertEquals("cannot listen at " + path + ": another process listens there", refusal(path));
            try (SocketTool tool = new SocketTool(first.path())) {
                assertEquals("2 ", tool.ask(SocketTool.READ, "/tool|"));
            }
        }
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertEquals("cannot listen at " + file + ": it exists and is no socket", refusal(file));
        assertEquals("precious", Files.readString(file));
        assertEquals("cannot listen at " + directory + ": it exists and is no socket", refusal(directory));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertEquals("cannot listen at " + link + ": it exists and is no socket", refusal(link));
    }

    @Test
    void aPathTooLongOrInNoDirectoryIsRefused() {
        Path tooLong = directory.resolve("x".repeat(108));
        assertEquals("cannot listen at " + tooLong + ": a socket's path has at most 107 bytes", refusal(tooLong));
        Path nowhere = directory.resolve("no/such");
        assertEquals("cannot listen at " + nowhere + ": there is no such directory", refusal(nowhere));
    }

    @Test
    void aFileThatTookTheSocketsPlaceIsNotRemovedWithIt() throws IOException {
        Path path = directory.resolve("xs");
        try (StoreSocket socket = StoreSocket.open(new Store(), path)) {
            Files.delete(socket.path());
            Files.writeString(path, "another's");
        }
        assertEquals("another's", Files.readString(path));
    }
}
