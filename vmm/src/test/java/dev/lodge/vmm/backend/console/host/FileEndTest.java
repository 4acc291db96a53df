package dev.lodge.vmm.backend.console.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileEndTest {
    private final Path directory;

    FileEndTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void whatTheGuestSaysIsAppendedToTheFile() throws Exception {
        Path path = Files.writeString(directory.resolve("log"), "before ");
        try (FileEnd file = FileEnd.open(path)) {
            new GuestEnd(file).say("Hello\n");
        }
        assertEquals("before Hello\n", Files.readString(path));
    }

    @Test
    void moreThanAnyBufferHoldsArrivesWhole() throws Exception {
        Path path = directory.resolve("new");
        String much = "0123456789abcdef".repeat(20_000);
        try (FileEnd file = FileEnd.open(path)) {
            new GuestEnd(file).say(much);
        }
        assertEquals(much, Files.readString(path));
    }

    @Test
    void aFullDiskHoldsUpNobody() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        try (FileEnd file = FileEnd.open(full)) {
            GuestEnd guest = new GuestEnd(file);
            assertEquals(10 * Backlog.SIZE, guest.say(new byte[10 * Backlog.SIZE]));
            assertEquals(10, guest.say(new byte[10]));
        }
    }

    @Test
    void aConsoleThatIsClosedTakesAndGivesNothing() throws Exception {
        Path path = directory.resolve("log");
        FileEnd file = FileEnd.open(path);
        GuestEnd guest = new GuestEnd(file);
        file.close();
        file.close();
        assertEquals(3 * Backlog.SIZE, guest.sayAtOnce(new byte[3 * Backlog.SIZE]));
        assertEquals("", Files.readString(path));
    }

    @Test
    void whatCannotBeAppendedToIsRefusedWithTheReason() throws Exception {
        assertEquals("cannot write to " + directory + ": it is a directory", refusal(directory));
        Path nowhere = directory.resolve("no/log");
        assertEquals("cannot write to " + nowhere + ": there is no such directory", refusal(nowhere));
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertTrue(refusal(pipe).startsWith("cannot write to " + pipe + ": it is a pipe"), refusal(pipe));
        Path socket = directory.resolve("socket");
        try (SocketEnd listening = SocketEnd.open(socket)) {
            assertEquals("cannot write to " + socket + ": it is a socket", refusal(socket));
            assertEquals(1, new GuestEnd(listening).sayAtOnce(new byte[1]));
        }
        Path guarded = Files.writeString(directory.resolve("guarded"), "");
        Files.setPosixFilePermissions(guarded, java.util.Set.of());
        assumeTrue(!Files.isWritable(guarded), "root may write anywhere");
        assertEquals("cannot write to " + guarded + ": no permission", refusal(guarded));
    }

    private static String refusal(Path path) {
        return String.valueOf(
                assertThrows(IOException.class, () -> FileEnd.open(path)).getMessage());
    }
}
