package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import dev.lodge.linux.ProcessLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that together have all the files open that they may. */
class OpenFilesTest {
    private static final int MOST = 10;
    private static final int FIRST_REFUSED = MOST - 1; // each of two clients has its root

    private final Path shared;
    private final OpenFiles files = new OpenFiles(MOST);

    OpenFilesTest(@TempDir Path folder) {
        shared = folder;
    }

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(shared.resolve("file"), "text");
        Files.createDirectories(shared.resolve("a/b/c"));
    }

    private FakeClient client() {
        Limits limits = new Limits(FakeClient.MESSAGE_SIZE, 200, 1000, 64, files);
        return FakeClient.attached(shared, false, Ownership.ofThisProcess(), limits);
    }

    @Test
    void allOfAProcessHaveHalfOfItsFiles() {
        assertTrue(Limits.withMessagesOf(8192).files().mayBeMore());
        assertEquals(OpenFiles.OF_THIS_PROCESS, Limits.withMessagesOf(4096).files(), "the same for every client");
        assertTrue(Limits.withMessagesOf(8192).fids() <= ProcessLimits.openFiles() / 2);
    }

    @Test
    void neitherOfTwoClientsOpensMore() {
        try (FakeClient one = client();
                FakeClient other = client()) {
            for (int fid = 1; fid < FIRST_REFUSED; fid++) {
                assertEquals(0, (fid % 2 == 0 ? one : other).walkAll(fid, "file"), "fid " + fid);
            }
            for (FakeClient client : new FakeClient[] {one, other}) {
                assertEquals(Errno.EMFILE, client.walkAll(100, "file"));
                assertEquals(
                        Errno.EMFILE,
                        client.call(MessageType.TATTACH, 100, -1, "", "", 0).errno());
                assertEquals(
                        Errno.EMFILE,
                        client.call(MessageType.TLCREATE, FakeClient.ROOT, "new", OpenFlag.O_RDWR, 0644, 0)
                                .errno());
            }
            assertEquals(
                    Errno.EMFILE,
                    one.call(MessageType.TLOPEN, 2, OpenFlag.O_RDONLY).errno());
            assertEquals(0, other.clunk(1));
            one.call(MessageType.TLOPEN, 2, OpenFlag.O_RDONLY).ok();
            assertArrayEquals("text".getBytes(StandardCharsets.UTF_8), one.read(2, 0, 100));
        }
        assertEquals(0, files.count());
    }

    @Test
    void aWalkEndsWhereThereAreNoMore() {
        try (FakeClient client = client()) {
            for (int fid = 1; fid < MOST - 1; fid++) {
                assertEquals(0, client.walkAll(fid, "file"));
            }
            assertEquals(0, client.walkAll(50, "a"));
            assertEquals(Errno.EMFILE, client.walk(51, "a/b/c").errno());
            assertEquals(0, client.call(MessageType.TWALK, 50, 51, (short) 0).errno(), "a name for what is open");
            assertEquals(0, client.clunk(1));
            assertEquals(0, client.walkAll(52, "a"));
        }
        assertEquals(0, files.count());
    }

    @Test
    void aLockedFileIsOneMore() {
        try (FakeClient client = client()) {
            assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
            assertEquals(2, files.count());
            client.call(MessageType.TLOCK, 1, (byte) FileConstant.F_WRLCK, 0, 0L, 0L, 1, "guest")
                    .ok();
            assertEquals(3, files.count());
            assertEquals(0, client.clunk(1));
            assertEquals(1, files.count());
            for (int fid = 1; fid < MOST; fid++) {
                assertEquals(0, fid == 1 ? client.open(fid, "file", OpenFlag.O_RDWR) : client.walkAll(fid, "file"));
            }
            assertEquals(
                    Errno.ENOLCK,
                    client.call(MessageType.TLOCK, 1, (byte) FileConstant.F_WRLCK, 0, 0L, 0L, 1, "guest")
                            .errno());
        }
        assertEquals(0, files.count());
    }
}
