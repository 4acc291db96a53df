package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call on a file that is not open is named, with {@code EBADF}. */
class BadFileTest {
    private static final MemorySegment MEMORY = Arena.global().allocate(4096, 4096);
    private static final FileDescriptor CLOSED = FileDescriptor.borrowed("closed", -1);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"files", "eventFds", "epolls", "timerFds", "mappings", "terminals", "disks"})
    void aCallOnAClosedFileNamesItselfAndTheErrno(String call, Executable attempt) {
        LinuxException refused = assertThrows(LinuxException.class, attempt);
        assertEquals(Errno.EBADF, refused.errno());
        assertTrue(refused.getMessage().startsWith(call), refused.getMessage());
        assertTrue(refused.getMessage().contains(": EBADF (bad file descriptor)"), refused.getMessage());
    }

    static Stream<Arguments> files() {
        return Stream.of(
                call("read closed", () -> CLOSED.read(MEMORY)),
                call("write closed", () -> CLOSED.write(MEMORY)),
                call("pread closed", () -> CLOSED.pread(MEMORY, 0)),
                call("pread closed", () -> CLOSED.preadFully(MEMORY, 0)),
                call("pwrite closed", () -> CLOSED.pwrite(MEMORY, 0)),
                call("TCGETS closed", () -> CLOSED.ioctl("TCGETS", Termios.TCGETS, 0)),
                call("TCGETS closed", () -> CLOSED.ioctl("TCGETS", Termios.TCGETS, MEMORY)),
                call("fcntl closed", () -> CLOSED.fcntl(OpenFlag.F_GETFL, 0)),
                call("fcntl closed", () -> CLOSED.setNonBlocking(true)),
                call("fstat closed", CLOSED::size),
                call("ftruncate", () -> MemoryFile.resize(CLOSED, 0)));
    }

    static Stream<Arguments> eventFds() {
        EventFd closed = EventFd.of(CLOSED);
        return Stream.of(call("write closed", closed::ring), call("read eventfd", closed::drain));
    }

    static Stream<Arguments> epolls() {
        Epoll closed = Epoll.of(CLOSED);
        return Stream.of(
                call("epoll_ctl add", () -> closed.add(0, Epoll.EPOLLIN, 0)),
                call("epoll_ctl modify", () -> closed.modify(0, Epoll.EPOLLIN, 0)),
                call("epoll_ctl remove", () -> closed.remove(0)),
                call("epoll_wait", () -> closed.await(0)));
    }

    static Stream<Arguments> timerFds() {
        TimerFd closed = TimerFd.of(CLOSED);
        return Stream.of(
                call("timerfd_settime", () -> closed.armAbsolute(1)),
                call("timerfd_settime", () -> closed.armPeriodic(1)),
                call("timerfd_settime", closed::disarm),
                call("read timerfd", closed::drain));
    }

    static Stream<Arguments> mappings() {
        return Stream.of(
                call("mmap closed", () -> MemoryMapping.file(CLOSED, 0, 4096, Mman.PROT_READ, Mman.MAP_SHARED)),
                call("mmap closed", () -> {
                    try (MemoryMapping mapping = MemoryMapping.reserve(4096)) {
                        mapping.mapFile(0, 4096, CLOSED, 0, Mman.PROT_READ, Mman.MAP_SHARED);
                    }
                }));
    }

    static Stream<Arguments> disks() {
        return Stream.of(call("fstat closed", () -> DiskFile.of(CLOSED)));
    }

    static Stream<Arguments> terminals() {
        return Stream.of(call("TCGETS", () -> Termios.of(-1)), call("TIOCGWINSZ", () -> Termios.windowSize(-1)));
    }

    @Test
    void aClosedFileIsNoTerminal() {
        assertFalse(Termios.isTerminal(-1));
    }

    private static Arguments call(String name, Executable attempt) {
        return Arguments.of(name, attempt);
    }
}
