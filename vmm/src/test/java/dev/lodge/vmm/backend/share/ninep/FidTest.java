package dev.lodge.vmm.backend.share.ninep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import dev.lodge.linux.ProcessLimits;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Raw;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fid stands for, and what becomes of that. */
class FidTest {

    private final Path shared;
    private final FakeClient client;

    FidTest(@TempDir Path folder) throws IOException {
        shared = folder;
        Files.writeString(folder.resolve("file"), "some text");
        client = FakeClient.attached(folder, false);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void anOpenFileLivesOnWithoutItsName() {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(0, client.walkAll(2, "file"));
        client.call(MessageType.TUNLINKAT, FakeClient.ROOT, "file", 0).ok();
        assertEquals(0, client.attributes(1).links());
        assertEquals(9, client.attributes(1).size());
        assertEquals("some text", new String(client.read(1, 0, 100), UTF_8));
        assertEquals(3, client.write(1, 9, "end".getBytes(UTF_8)));
        assertEquals(12, client.attributes(2).size());
        client.call(MessageType.TSETATTR, 1, 8, 0, 0, 0, 4L, 0L, 0L, 0L, 0L).ok();
        client.call(MessageType.TSETATTR, 2, 1, 0600, 0, 0, 0L, 0L, 0L, 0L, 0L).ok();
        assertEquals(4, client.attributes(2).size());
        client.call(MessageType.TLOPEN, 2, OpenFlag.O_RDONLY).ok();
        assertEquals("some", new String(client.read(2, 0, 100), UTF_8));
        assertEquals(Errno.ENOENT, client.call(MessageType.TREMOVE, 2).errno());
        assertEquals(Errno.EBADF, client.clunk(2), "gone in any case");
    }

    @Test
    void aFidFollowsItsFileToAnotherName() throws IOException {
        Files.createDirectories(shared.resolve("x/y"));
        assertEquals(0, client.walkAll(1, "file"));
        assertEquals(0, client.walkAll(2, "x/y"));
        client.call(MessageType.TRENAME, 1, 2, "moved").ok();
        assertEquals("some text", Files.readString(shared.resolve("x/y/moved")));
        Files.move(shared.resolve("x/y/moved"), shared.resolve("x/again"));
        client.call(MessageType.TRENAME, 1, FakeClient.ROOT, "back").ok();
        assertEquals("some text", Files.readString(shared.resolve("back")));
        client.call(MessageType.TREMOVE, 1).ok();
        assertFalse(Files.exists(shared.resolve("back")));
        client.call(MessageType.TREMOVE, 2).ok();
        assertFalse(Files.exists(shared.resolve("x/y")));
        client.call(MessageType.TWALK, FakeClient.ROOT, 3, (short) 0).ok();
        assertEquals(Errno.EBUSY, client.call(MessageType.TREMOVE, 3).errno(), "the root stays");
    }

    @Test
    void aWalkThatEndsEarlyTellsHowFarItCameAndMakesNoFid() throws IOException {
        Files.createDirectories(shared.resolve("x/y"));
        Reply reply = client.walk(1, "x/y/none/more").ok();
        assertEquals(2, reply.u16());
        assertEquals(26, reply.remaining());
        assertEquals(Errno.EBADF, client.clunk(1));
        assertEquals(Errno.ENOENT, client.walk(1, "none/more").errno());
    }

    @Test
    void aFidMayWalkItself() throws IOException {
        Files.createDirectories(shared.resolve("x/y"));
        client.walk(1, "x").ok();
        client.call(MessageType.TWALK, 1, 1, (short) 1, "y").ok();
        client.call(MessageType.TMKDIR, 1, "z", 0755, 0).ok();
        assertTrue(Files.isDirectory(shared.resolve("x/y/z")));
        client.call(MessageType.TWALK, 1, 1, (short) 0).ok();
        client.call(MessageType.TLOPEN, 1, OpenFlag.O_RDONLY).ok();
        assertEquals(
                Errno.EBUSY,
                client.call(MessageType.TWALK, 1, 1, (short) 1, "z").errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TLOPEN, 1, OpenFlag.O_RDONLY).errno(),
                "open already");
    }

    @Test
    void fidsThatAreNotThereOrAreTakenAreRefused() {
        assertEquals(Errno.EBADF, client.clunk(7));
        assertEquals(Errno.EBADF, client.clunk(-1));
        assertEquals(Errno.EBADF, client.call(MessageType.TGETATTR, 7, 0L).errno());
        assertEquals(
                Errno.EBADF, client.call(MessageType.TWALK, 7, 8, (short) 0).errno());
        assertEquals(
                Errno.EINVAL,
                client.call(MessageType.TATTACH, FakeClient.ROOT, -1, "root", "", 0)
                        .errno());
        assertEquals(
                Errno.EMFILE,
                client.call(MessageType.TWALK, FakeClient.ROOT, -1, (short) 0).errno());
        assertEquals(
                Errno.EBADF,
                client.call(MessageType.TREAD, FakeClient.ROOT, 0L, 1).errno(),
                "not open");
        assertEquals(
                Errno.EBADF, client.call(MessageType.TFSYNC, FakeClient.ROOT, 0).errno());
    }

    @Test
    void aClientHasSoManyFidsAndNoMore() {
        int most = FakeClient.limits().fids();
        for (int fid = 1; fid < most; fid++) {
            assertEquals(0, client.walkAll(fid, "file"));
        }
        assertEquals(Errno.EMFILE, client.walkAll(most, "file"));
        assertEquals(0, client.clunk(5));
        assertEquals(0, client.walkAll(5, "file"));
    }

    @Test
    void aNewVersionForgetsAllFids() throws IOException {
        long before = openFiles();
        for (int fid = 1; fid < 100; fid++) {
            assertEquals(0, client.walkAll(fid, "file"));
        }
        assertEquals(before + 99, openFiles());
        client.call(MessageType.TVERSION, 8192, "9P2000.L").ok();
        assertEquals(before - 1, openFiles(), "the root's fid is gone, too");
        assertEquals(Errno.EBADF, client.clunk(1));
        assertEquals(8192, client.server.messageSize());
    }

    private static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void extendedAttributesAreSetReadListedAndRemoved() {
        assertEquals(0, client.walkAll(1, "file"));
        setAttribute("user.colour", "red", 0);
        assertEquals("red", attribute("user.colour"));
        setAttribute("user.colour", "blue", FileConstant.XATTR_REPLACE);
        assertEquals("blue", attribute("user.colour"));
        setAttribute("user.size", "large", FileConstant.XATTR_CREATE);
        String names = attribute("");
        assertTrue(names.contains("user.colour\0"), names);
        assertTrue(names.contains("user.size\0"), names);
        setAttribute("user.colour", "", FileConstant.XATTR_REPLACE);
        assertEquals(
                Errno.ENODATA,
                client.call(MessageType.TXATTRWALK, 1, 3, "user.colour").errno());
        client.call(MessageType.TWALK, 1, 2, (short) 0).ok();
        client.call(MessageType.TXATTRCREATE, 2, "user.size", 1L, FileConstant.XATTR_CREATE)
                .ok();
        assertEquals(Errno.EINVAL, client.call(MessageType.TREAD, 2, 0L, 10).errno());
        assertEquals(
                Errno.ENOSPC,
                client.call(MessageType.TWRITE, 2, 1L, 1, new Raw(new byte[1])).errno());
        assertEquals(Errno.EEXIST, client.clunk(2));
    }

    private void setAttribute(String name, String value, int flags) {
        client.call(MessageType.TWALK, 1, 2, (short) 0).ok();
        client.call(MessageType.TXATTRCREATE, 2, name, (long) value.length(), flags)
                .ok();
        if (!value.isEmpty()) {
            assertEquals(value.length(), client.write(2, 0, value.getBytes(UTF_8)));
        }
        assertEquals(0, client.clunk(2));
    }

    private String attribute(String name) {
        long size = client.call(MessageType.TXATTRWALK, 1, 3, name).ok().u64();
        byte[] value = client.read(3, 0, 10000);
        assertEquals(size, value.length);
        assertArrayEquals(new byte[0], client.read(3, size, 10));
        assertEquals(0, client.clunk(3));
        return new String(value, UTF_8);
    }

    @Test
    void attributesThatGivePowersOnTheHostAreRefusedAndTooLargeOnesToo() {
        assertEquals(0, client.walkAll(1, "file"));
        for (String name : new String[] {"security.capability", "trusted.x", "", "user"}) {
            assertEquals(
                    Errno.EOPNOTSUPP,
                    client.call(MessageType.TXATTRCREATE, 1, name, 10L, 0).errno());
        }
        assertEquals(
                Errno.E2BIG,
                client.call(MessageType.TXATTRCREATE, 1, "user.x", 65537L, 0).errno());
        assertEquals(
                Errno.E2BIG,
                client.call(MessageType.TXATTRCREATE, 1, "user.x", -1L, 0).errno());
        client.call(MessageType.TXATTRCREATE, 1, "user.x", 60000L, 0).ok();
        assertEquals(0, client.walkAll(2, "file"));
        assertEquals(
                Errno.ENOMEM,
                client.call(MessageType.TXATTRCREATE, 2, "user.x", 60000L, 0).errno());
        var _ = client.clunk(1);
        client.call(MessageType.TXATTRCREATE, 2, "user.x", 60000L, 0).ok();
    }

    @Test
    void whoeverIsNotRootWritesSetIdBitsAway() throws IOException {
        Path file = shared.resolve("file");
        assumeTrue(ProcessLimits.effectiveUser() == 0, "files can be given away");
        client.call(MessageType.TATTACH, 9, -1, "", "", 1000).ok();
        for (int mode : new int[] {06755, 02766, 01777}) {
            Files.setAttribute(file, "unix:mode", mode);
            assertEquals(0, client.open(1, "file", OpenFlag.O_WRONLY));
            assertEquals(1, client.write(1, 0, new byte[1]));
            assertEquals(0100000 | mode, Files.getAttribute(file, "unix:mode"), "by root");
            client.call(MessageType.TWALK, 9, 2, (short) 1, "file").ok();
            client.call(MessageType.TLOPEN, 2, OpenFlag.O_WRONLY).ok();
            assertEquals(1, client.write(2, 0, new byte[1]));
            assertEquals(0100000 | mode & ~06000, Files.getAttribute(file, "unix:mode"), "by another");
            assertEquals(0, client.clunk(1));
            assertEquals(0, client.clunk(2));
        }
    }
}
