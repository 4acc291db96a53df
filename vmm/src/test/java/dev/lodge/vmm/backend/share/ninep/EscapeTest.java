package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client tries to reach what is outside the directory that is shared. */
class EscapeTest {
    private final Path outside;
    private final Path shared;
    private final FakeClient client;

    EscapeTest(@TempDir Path folder) throws IOException {
        outside = folder;
        shared = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createDirectories(shared.resolve("a/b"));
        Files.createSymbolicLink(shared.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(shared.resolve("absolute"), folder);
        Files.createSymbolicLink(shared.resolve("file"), Path.of("../secret"));
        client = FakeClient.attached(shared, false);
    }

    @BeforeEach
    void thereIsASecret() {
        assertTrue(Files.exists(outside.resolve("secret")));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        assertEquals("secret", Files.readString(outside.resolve("secret")));
        assertEquals(2, outside.toFile().list().length, "something was made outside");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"up/secret", "absolute/secret", "../secret", "../../etc/passwd", "a/../../secret", "up/shared/a"
            })
    void noWalkLeadsOut(String path) {
        assertNotEquals(0, client.walkAll(1, path));
        assertEquals(Errno.EBADF, client.clunk(1), "the fid was made all the same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "a/b", "a/", "/", "", "x\0y"})
    void aNameIsOneComponent(String name) {
        Reply reply = client.call(MessageType.TWALK, FakeClient.ROOT, 1, (short) 1, name);
        assertEquals(Errno.EINVAL, reply.errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TMKDIR, FakeClient.ROOT, name, 0755, 0).errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TLCREATE, FakeClient.ROOT, name, 0x42, 0644, 0)
                        .errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TUNLINKAT, FakeClient.ROOT, name, 0).errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TRENAMEAT, FakeClient.ROOT, "a", FakeClient.ROOT, name)
                        .errno());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void aDirectoryAndItsParentAreNotMadeMovedOrRemoved(String name) {
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TMKDIR, FakeClient.ROOT, name, 0755, 0).errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TUNLINKAT, FakeClient.ROOT, name, FileConstant.AT_REMOVEDIR)
                        .errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TRENAMEAT, FakeClient.ROOT, name, FakeClient.ROOT, "x")
                        .errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TRENAMEAT, FakeClient.ROOT, "a", FakeClient.ROOT, name)
                        .errno());
    }

    @Test
    void theParentOfTheRootIsTheRoot() {
        Reply root = client.call(MessageType.TWALK, FakeClient.ROOT, 1, (short) 1, ".")
                .ok();
        Reply above = client.call(MessageType.TWALK, FakeClient.ROOT, 2, (short) 2, "..", "..")
                .ok();
        assertEquals(1, root.u16());
        assertEquals(2, above.u16());
        assertEquals(root.qid(), above.qid());
        Reply up = client.call(MessageType.TWALK, FakeClient.ROOT, 3, (short) 4, "a", "b", "..", "b");
        assertEquals(4, up.ok().u16());
        up.qid();
        FakeClient.Qid b = up.qid();
        assertNotEquals(b, up.qid());
        assertEquals(b, up.qid());
    }

    @Test
    void aDirectoryThatWasMovedOutHasNoParentHere() throws IOException {
        assertEquals(0, client.walkAll(1, "a/b"));
        Files.move(shared.resolve("a/b"), outside.resolve("b"));
        Reply up = client.call(MessageType.TWALK, 1, 2, (short) 1, "..");
        assertEquals(Errno.EBUSY, up.errno());
        assertEquals(Errno.EBUSY, client.call(MessageType.TREMOVE, 1).errno());
        Files.move(outside.resolve("b"), shared.resolve("a/b"));
    }

    @Test
    void aLinkIsHeldAndReadButNotFollowed() {
        assertEquals(0, client.walkAll(1, "file"));
        assertEquals("../secret", client.call(MessageType.TREADLINK, 1).ok().string());
        assertEquals(
                Errno.ELOOP,
                client.call(MessageType.TLOPEN, 1, OpenFlag.O_RDONLY).errno());
        assertEquals(0, client.walkAll(2, "up"));
        assertEquals(
                Errno.ENOTDIR, client.call(MessageType.TMKDIR, 2, "x", 0755, 0).errno());
        assertEquals(
                Errno.ENOTDIR,
                client.call(MessageType.TUNLINKAT, 2, "secret", 0).errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TSETATTR, 1, 8, 0, 0, 0, 0L, 0L, 0L, 0L, 0L)
                        .errno());
        assertEquals(
                Errno.EOPNOTSUPP,
                client.call(MessageType.TSETATTR, 1, 1, 0777, 0, 0, 0L, 0L, 0L, 0L, 0L)
                        .errno());
        assertEquals(
                Errno.EEXIST,
                client.call(MessageType.TLCREATE, FakeClient.ROOT, "file", 0x41, 0644, 0)
                        .errno());
        client.call(MessageType.TLINK, FakeClient.ROOT, 1, "same").ok();
        assertTrue(Files.isSymbolicLink(shared.resolve("same")));
    }

    @Test
    void nothingAboveTheRootIsListed() throws IOException {
        client.call(MessageType.TWALK, FakeClient.ROOT, 1, (short) 0).ok();
        client.call(MessageType.TLOPEN, 1, OpenFlag.O_RDONLY).ok();
        long above = (Long) Files.getAttribute(outside, "unix:ino");
        long root = (Long) Files.getAttribute(shared, "unix:ino");
        int parents = 0;
        for (DirectoryTest.Entry entry : DirectoryTest.entries(client.call(MessageType.TREADDIR, 1, 0L, 8000))) {
            assertNotEquals(above, entry.qid().path());
            if (entry.name().equals("..")) {
                assertEquals(root, entry.qid().path());
                parents++;
            }
        }
        assertEquals(1, parents);
    }

    @Test
    void devicesAreNeitherMadeNorOpened() throws Exception {
        for (int kind : new int[] {FileConstant.S_IFCHR, FileConstant.S_IFBLK, FileConstant.S_IFDIR, 0x3000}) {
            assertEquals(
                    Errno.EPERM,
                    client.call(MessageType.TMKNOD, FakeClient.ROOT, "null", kind | 0666, 1, 3, 0)
                            .errno());
        }
        assertFalse(Files.exists(shared.resolve("null")));
        client.call(MessageType.TMKNOD, FakeClient.ROOT, "pipe", FileConstant.S_IFIFO | 0666, 0, 0, 0)
                .ok();
        assertEquals(Errno.ENXIO, client.open(1, "pipe", OpenFlag.O_RDONLY), "would wait for a writer");
        assertEquals(
                Errno.EEXIST,
                client.call(MessageType.TLCREATE, FakeClient.ROOT, "pipe", 0x41, 0644, 0)
                        .errno());
    }

    /** The root of the host is shared, and with it what is mounted there. */
    @Test
    void theHostsKernelIsNotAmongItsFiles() {
        try (FakeClient all = FakeClient.attached(Path.of("/"), true)) {
            assertNotEquals(0, all.walkAll(1, "proc/self"));
            assertNotEquals(0, all.walkAll(1, "proc/version"));
            assertNotEquals(0, all.walkAll(1, "sys/kernel"));
            assertEquals(0, all.walkAll(1, "proc"));
            assertEquals(0x4000, all.attributes(1).mode() & 0xf000);
            assertEquals(
                    Errno.ENOENT,
                    all.call(MessageType.TWALK, 1, 2, (short) 1, "version").errno());
            assertEquals(
                    Errno.ENOENT,
                    all.call(MessageType.TWALK, 1, 2, (short) 1, "..").errno());
            all.call(MessageType.TWALK, 1, 2, (short) 0).ok();
            all.call(MessageType.TLOPEN, 2, OpenFlag.O_RDONLY).ok();
            assertEquals(0, all.call(MessageType.TREADDIR, 2, 0L, 8000).ok().u32());
            assertNotEquals(0, all.call(MessageType.TREAD, 2, 0L, 100).errno());
            assertEquals(0, all.walkAll(3, "etc/passwd"));
        }
        try (FakeClient all = FakeClient.attached(Path.of("/"), false)) {
            assertEquals(0, all.walkAll(1, "sys"));
            assertEquals(
                    Errno.EBADF, all.call(MessageType.TMKDIR, 1, "x", 0755, 0).errno());
            assertEquals(
                    Errno.EBADF,
                    all.call(MessageType.TSETATTR, 1, 1, 0755, 0, 0, 0L, 0L, 0L, 0L, 0L)
                            .errno());
        }
    }

    /** While another thread makes a directory a link to elsewhere and back, walks end inside, or at an error. */
    @Test
    void noRaceLeadsOut() throws Exception {
        Files.writeString(shared.resolve("a/b/secret"), "inside");
        Path b = shared.resolve("a/b");
        Path aside = shared.resolve("a/c");
        AtomicBoolean done = new AtomicBoolean();
        Thread swapper = new Thread(() -> {
            try {
                while (!done.get()) {
                    Files.move(b, aside);
                    Files.createSymbolicLink(b, outside);
                    Files.delete(b);
                    Files.move(aside, b);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        swapper.start();
        int reached = 0;
        for (int i = 0; i < 3_000 || (reached == 0 && i < 1_000_000); i++) {
            if (client.open(1, "a/b/secret", OpenFlag.O_RDONLY) == 0) {
                assertEquals("inside", new String(client.read(1, 0, 100), java.nio.charset.StandardCharsets.UTF_8));
                reached++;
            }
            var _ = client.clunk(1);
        }
        done.set(true);
        swapper.join();
        assertTrue(reached > 0, "the race was never won honestly");
    }
}
