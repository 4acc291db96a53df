package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;
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

/** What a client locks, and who is in whose way. */
class LockTest {
    private static final int RDLCK = FileConstant.F_RDLCK;
    private static final int WRLCK = FileConstant.F_WRLCK;
    private static final int UNLCK = FileConstant.F_UNLCK;

    private final Path shared;
    private final FakeClient client;

    LockTest(@TempDir Path folder) throws IOException {
        shared = folder;
        Files.writeString(folder.resolve("file"), "some text");
        client = FakeClient.attached(folder, false);
    }

    @AfterEach
    void close() {
        client.close();
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

    /** Which Linux's client asks for as all that follows it, by a length of 0. */
    @Test
    void theLastByteOfAllIsLockedAndUnlocked() throws IOException {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        try (FileChannel other = FileChannel.open(shared.resolve("file"), StandardOpenOption.WRITE)) {
            assertEquals(0, lock(1, WRLCK, Long.MAX_VALUE, 0, 1));
            assertEquals(0, lock(1, WRLCK, Long.MAX_VALUE, 1, 1));
            assertEquals(true, tryLock(other, 0, 1000));
            assertEquals(0, lock(1, RDLCK, 0, 0, 1));
            assertEquals(0, lock(1, UNLCK, Long.MAX_VALUE, 0, 1));
            assertEquals(false, tryLock(other, Long.MAX_VALUE - 2, 1));
            assertEquals(0, lock(1, UNLCK, 0, Long.MAX_VALUE, 1));
            assertEquals(true, tryLock(other, 0, Long.MAX_VALUE));
        }
    }

    @Test
    void aClientThatDoesNotSayHowItWouldLockIsToldOfOthersThatWrite() throws IOException {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(UNLCK, foundByLinux());
        try (FileChannel other =
                FileChannel.open(shared.resolve("file"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileLock _ = other.lock(0, 10, true)) {
                assertEquals(UNLCK, foundByLinux());
            }
            try (FileLock _ = other.lock(0, 10, false)) {
                assertEquals(WRLCK, foundByLinux());
            }
        }
    }

    private int foundByLinux() {
        return client.call(MessageType.TGETLOCK, 1, (byte) UNLCK, 0L, 0L, 100, "guest")
                .ok()
                .u8();
    }

    @Test
    void rangesThatCannotBeAndTooManyAreNotLocked() {
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDWR));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, -1, 1, 1));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, 1, -1, 1));
        assertEquals(-Errno.EINVAL, lock(1, WRLCK, Long.MAX_VALUE, 2, 1));
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
