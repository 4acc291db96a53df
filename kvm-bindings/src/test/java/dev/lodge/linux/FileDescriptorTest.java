package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDescriptorTest {
    @Test
    void readsBackWhatItWrote(@TempDir Path folder) {
        try (FileDescriptor file = FileDescriptor.open(
                        folder.resolve("file").toString(), OpenFlag.O_RDWR | OpenFlag.O_CREAT, 0600);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16, 8);
            buffer.set(JAVA_LONG, 0, 42);
            assertEquals(8, file.write(buffer.asSlice(0, 8)));
            assertEquals(8, file.pwrite(buffer.asSlice(0, 8), 100));
            assertEquals(108, file.size());
            assertEquals(8, file.pread(buffer.asSlice(8), 100));
            assertEquals(42, buffer.get(JAVA_LONG, 8));
            assertEquals(8, file.preadFully(buffer, 100), "the file ends there");
            assertEquals(0, file.pread(buffer, 200));
        }
    }

    @Test
    void anEmptyPipeThatMayNotWaitSaysSo() {
        try (EventFd event = EventFd.create();
                FileDescriptor file = FileDescriptor.borrowed("event", event.fd());
                Arena arena = Arena.ofConfined()) {
            assertEquals(-Errno.EAGAIN, file.read(arena.allocate(8)));
        }
    }

    @Test
    void nonBlockingIsSetAndCleared() {
        try (FileDescriptor file = FileDescriptor.open("/dev/null", OpenFlag.O_RDWR)) {
            file.setNonBlocking(true);
            assertTrue((file.fcntl(OpenFlag.F_GETFL, 0) & OpenFlag.O_NONBLOCK) != 0);
            file.setNonBlocking(false);
            assertEquals(0, file.fcntl(OpenFlag.F_GETFL, 0) & OpenFlag.O_NONBLOCK);
            assertEquals(1, file.fcntl(OpenFlag.F_GETFD, 0), "close-on-exec");
        }
    }

    @Test
    void aMissingFileIsNamedWithItsErrno() {
        LinuxException refused =
                assertThrows(LinuxException.class, () -> FileDescriptor.open("/no/such/file", OpenFlag.O_RDONLY));
        assertEquals(Errno.ENOENT, refused.errno());
        assertEquals("open /no/such/file: ENOENT (no such file or directory): check the path", refused.getMessage());
    }

    @Test
    void aPathWithANulIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> FileDescriptor.open("/dev/null\0x", OpenFlag.O_RDONLY));
    }

    @Test
    void memoryOnTheHeapOrOfAClosedArenaIsNotHandedToTheKernel() {
        try (FileDescriptor file = FileDescriptor.open("/dev/zero", OpenFlag.O_RDONLY)) {
            assertThrows(IllegalArgumentException.class, () -> file.read(MemorySegment.ofArray(new byte[8])));
            MemorySegment gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(8);
            }
            assertThrows(IllegalStateException.class, () -> file.read(gone));
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        FileDescriptor file = FileDescriptor.open("/dev/null", OpenFlag.O_RDWR);
        int number = file.fd();
        file.close();
        try (FileDescriptor next = FileDescriptor.open("/dev/null", OpenFlag.O_RDWR)) {
            assertEquals(number, next.fd(), "the number is free again");
            file.close();
            assertEquals(1, next.fcntl(OpenFlag.F_GETFD, 0), "and its new owner keeps it");
        }
    }

    @Test
    void aBorrowedFileOutlivesItsBorrower() {
        try (FileDescriptor file = FileDescriptor.open("/dev/null", OpenFlag.O_RDWR)) {
            FileDescriptor.borrowed("null", file.fd()).close();
            assertEquals(1, file.fcntl(OpenFlag.F_GETFD, 0));
        }
    }
}
