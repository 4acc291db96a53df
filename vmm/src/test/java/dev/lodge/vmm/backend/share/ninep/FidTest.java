package dev.lodge.vmm.backend.share.ninep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Raw;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Reply;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fid stands for, and what becomes of that. */
class FidTest {
    private static final int RDLCK = FileConstant.F_RDLCK;
    private static final int WRLCK = FileConstant.F_WRLCK;
    private static final int UNLCK = FileConstant.F_UNLCK;

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

    private long size(int fid) {
        Reply reply = client.call(MessageType.TGETATTR, fid, 0x7ffL).ok();
        reply.u64();
        reply.qid();
        reply.u32();
        reply.u32();
        reply.u32();
        reply.u64();
        reply.u64();
        return reply.u64();
    }

    private long links(int fid) {
        Reply reply = client.call(MessageType.TGETATTR, fid, 0x7ffL).ok();
        reply.u64();
        reply.qid();
        reply.u32();
        reply.u32();
        reply.u32();
        return reply.u64();
    }

    @Test
    void anOpenFileLivesOnWithoutItsName() {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(0, client.walkAll(2, "file"));
        client.call(MessageType.TUNLINKAT, FakeClient.ROOT, "file", 0).ok();
        assertEquals(0, links(1));
        assertEquals(9, size(1));
        assertEquals("some text", new String(client.read(1, 0, 100), UTF_8));
        assertEquals(3, client.write(1, 9, "end".getBytes(UTF_8)));
        assertEquals(12, size(2));
        client.call(MessageType.TSETATTR, 1, 8, 0, 0, 0, 4L, 0L, 0L, 0L, 0L).ok();
        client.call(MessageType.TSETATTR, 2, 1, 0600, 0, 0, 0L, 0L, 0L, 0L, 0L).ok();
        assertEquals(4, size(2));
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
    void locksAreInTheWayOfTheHostsProgramsAndTheirsOfTheClient() throws IOException {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(0, lock(1, WRLCK, 10, 10, 100));
        try (FileChannel other = FileChannel.open(shared.resolve("file"), StandardOpenOption.WRITE)) {
            assertEquals(false, tryLock(other, 15, 1));
            assertEquals(true, tryLock(other, 30, 1));
            assertEquals(0, lock(1, UNLCK, 12, 4, 100));
            assertEquals(true, tryLock(other, 12, 4));
            assertEquals(false, tryLock(other, 11, 1));
            assertEquals(false, tryLock(other, 16, 1));
            try (FileLock _ = other.lock(50, 10, false)) {
                assertEquals(1, lock(1, RDLCK, 55, 1, 100), "blocked");
                Reply found = client.call(MessageType.TGETLOCK, 1, (byte) WRLCK, 0L, 0L, 100, "guest")
                        .ok();
                assertEquals(WRLCK, found.u8());
                assertEquals(50, found.u64());
                assertEquals(10, found.u64());
            }
            assertEquals(0, lock(1, RDLCK, 55, 1, 100));
            assertEquals(0, client.clunk(1));
            assertEquals(true, tryLock(other, 0, Long.MAX_VALUE), "a fid's locks go with it");
        }
    }

    /** Whose openings of the same file take each other's place in time, but whose own kernel has them wait in turn. */
    @Test
    void aGuestsOwnLocksAreNeverInEachOthersWay() throws IOException {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(0, client.open(2, "file", OpenFlag.O_RDONLY));
        assertEquals(0, lock(1, WRLCK, 0, 0, 100));
        assertEquals(0, lock(2, WRLCK, 0, 0, 200));
        assertEquals(0, lock(1, UNLCK, 0, 0, 100));
        try (FileChannel other = FileChannel.open(shared.resolve("file"), StandardOpenOption.WRITE)) {
            assertEquals(false, tryLock(other, 0, 1), "the other still has it");
            assertEquals(0, lock(2, UNLCK, 0, 0, 200));
            assertEquals(true, tryLock(other, 0, 1));
        }
        Reply none = client.call(MessageType.TGETLOCK, 1, (byte) WRLCK, 3L, 4L, 100, "guest")
                .ok();
        assertEquals(UNLCK, none.u8());
        assertEquals(3, none.u64());
        assertEquals(4, none.u64());
        assertEquals(100, none.u32());
        assertEquals("guest", none.string());
    }

    @Test
    void rangesThatCannotBeAndTooManyAreNotLocked() {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, -1, 1, 1));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, 1, -1, 1));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, Long.MAX_VALUE, 1, 1));
        assertEquals(-Errno.EINVAL, lock(1, 3, 0, 1, 1));
        assertEquals(-Errno.EBADF, lock(FakeClient.ROOT, RDLCK, 0, 1, 1));
        int most = FakeClient.limits().locks();
        for (int i = 0; i < most - 1; i++) {
            assertEquals(0, lock(1, RDLCK, 2L * i, 1, 1));
        }
        assertEquals(-Errno.ENOLCK, lock(1, RDLCK, 2L * most, 1, 1));
        assertEquals(0, lock(1, UNLCK, 0, 0, 1));
        assertEquals(0, lock(1, RDLCK, 2L * most, 1, 1));
    }

    private int lock(int fid, int type, long start, long length, int process) {
        Reply reply = client.call(MessageType.TLOCK, fid, (byte) type, 0, start, length, process, "guest");
        return reply.errno() == 0 ? reply.u8() : -reply.errno();
    }

    /** By another process's eyes: the JVM's own locks are the process's, a server's are an opening's. */
    private static boolean tryLock(FileChannel channel, long start, long length) throws IOException {
        try (FileLock lock = channel.tryLock(start, length, false)) {
            return lock != null;
        }
    }
}
