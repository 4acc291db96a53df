package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileCallsTest {
    private static final int BAD = -1;
    private static final FileCalls FILES = new FileCalls();
    private static final DirectoryCalls NAMES = new DirectoryCalls();
    private static final MemorySegment MEMORY = Arena.global().allocate(64);

    private final Path folder;
    private final FileDescriptor directory;

    FileCallsTest(@TempDir Path folder) {
        this.folder = folder;
        directory = FileDescriptor.open(folder.toString(), OpenFlag.O_RDONLY | OpenFlag.O_DIRECTORY);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static NativeString text(String text) {
        NativeString string = new NativeString(4095);
        string.set(text.getBytes(StandardCharsets.UTF_8));
        return string;
    }

    private interface Call {
        long make();
    }

    private static Arguments call(String name, Call call) {
        return Arguments.of(name, call);
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                call("open", () -> NAMES.open(BAD, text("x"), OpenFlag.O_RDONLY, 0)),
                call("stat by name", () -> NAMES.stat(BAD, text("x"), new FileStatus())),
                call("makeDirectory", () -> NAMES.makeDirectory(BAD, text("x"), 0755)),
                call("makeNode", () -> NAMES.makeNode(BAD, text("x"), FileConstant.S_IFIFO, 0)),
                call("makeSymbolicLink", () -> NAMES.makeSymbolicLink(BAD, text("x"), text("y"))),
                call("unlink", () -> NAMES.unlink(BAD, text("x"), 0)),
                call("rename", () -> NAMES.rename(BAD, text("x"), BAD, text("y"))),
                call("changeOwner by name", () -> NAMES.changeOwner(BAD, text("x"), 0, 0)),
                call("close", () -> FILES.close(BAD)),
                call("stat", () -> FILES.stat(BAD, new FileStatus())),
                call("statFileSystem", () -> FILES.statFileSystem(BAD, new FileSystemStatus())),
                call("read", () -> FILES.read(BAD, MEMORY, 0, 8, 0)),
                call("write", () -> FILES.write(BAD, MEMORY, 0, 8, 0)),
                call("entries", () -> new DirectoryEntries(100).fill(FILES, BAD, 100)),
                call("seek", () -> FILES.seek(BAD, 0)),
                call("sync", () -> FILES.sync(BAD, true)),
                call("truncateOpen", () -> FILES.truncateOpen(BAD, 0)),
                call("changeOwner", () -> FILES.changeOwner(BAD, 0, 0)),
                call("changeTimes", () -> FILES.changeTimes(BAD, 0, 0, 0, 0)),
                call("readLink", () -> FILES.readLink(BAD, MEMORY, 0, 8)),
                call("lock", () -> FILES.lock(BAD, FileConstant.F_RDLCK, 0, 0)),
                call("findLock", () -> FILES.findLock(BAD, FileConstant.F_RDLCK, 0, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void aCallOnAClosedFileReturnsTheErrno(String name, Call call) {
        assertEquals(-Errno.EBADF, call.make());
    }

    static Stream<Arguments> callsByPath() {
        return Stream.of(
                call("reopen", () -> FILES.reopen(99_999, OpenFlag.O_RDONLY)),
                call("path", () -> FILES.path(99_999, MEMORY)),
                call("makeLink", () -> NAMES.makeLink(99_999, FileConstant.AT_FDCWD, text("/tmp/no"))),
                call("truncate", () -> FILES.truncate(99_999, 0)),
                call("changeMode", () -> FILES.changeMode(99_999, 0)),
                call("attribute", () -> FILES.attribute(99_999, text("user.x"), MEMORY)),
                call("attributes", () -> FILES.attributes(99_999, MEMORY)),
                call("setAttribute", () -> FILES.setAttribute(99_999, text("user.x"), MEMORY, 1, 0)),
                call("removeAttribute", () -> FILES.removeAttribute(99_999, text("user.x"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callsByPath")
    void aCallByAClosedFilesPathFindsNone(String name, Call call) {
        assertEquals(-Errno.ENOENT, call.make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../..", "/", "/etc", "up", "up/x", "a/up"})
    void nothingIsOpenedThatIsNotBeneathTheDirectory(String name) throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(folder.resolve("a/up"), Path.of(".."));
        long refused = NAMES.open(directory.fd(), text(name), OpenFlag.O_RDONLY, 0);
        assertTrue(refused == -Errno.EXDEV || refused == -Errno.ELOOP, name + ": " + refused);
        assertTrue(NAMES.open(directory.fd(), text("a"), OpenFlag.O_PATH, 0) >= 0);
    }

    @Test
    void aFileHeldByItsDescriptorIsFoundWithoutAName() throws IOException {
        Files.writeString(folder.resolve("file"), "text");
        int held = (int) NAMES.open(directory.fd(), text("file"), OpenFlag.O_PATH, 0);
        Files.delete(folder.resolve("file"));
        int open = (int) FILES.reopen(held, OpenFlag.O_RDWR);
        assertTrue(open >= 0);
        FileStatus status = new FileStatus();
        assertEquals(0, FILES.stat(held, status));
        assertEquals(0, status.links());
        assertEquals(4, status.size());
        assertEquals(4, FILES.read(open, MEMORY, 8, 56, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> FILES.read(open, MEMORY, 60, 5, 0));
        assertEquals(0, FILES.truncate(held, 2));
        assertEquals(0, FILES.stat(open, status));
        assertEquals(2, status.size());
        assertEquals(0, FILES.close(open));
        assertEquals(0, FILES.close(held));
    }

    @Test
    void aDirectoryIsReadEntryByEntry() throws IOException {
        Set<String> expected = new TreeSet<>(Set.of(".", ".."));
        for (int i = 0; i < 20; i++) {
            expected.add(
                    Files.createFile(folder.resolve("file" + i)).getFileName().toString());
        }
        DirectoryEntries entries = new DirectoryEntries(300);
        Set<String> seen = new TreeSet<>();
        while (entries.fill(FILES, directory.fd(), 300) > 0) {
            while (entries.next()) {
                byte[] name = new byte[entries.nameLength()];
                entries.copyName(MemorySegment.ofArray(name), 0);
                seen.add(new String(name, StandardCharsets.UTF_8));
                assertEquals(name.length == 2 && name[0] == '.', entries.isParent());
            }
        }
        assertEquals(expected, seen);
        assertFalse(entries.next());
    }

    @Test
    void aStringIsWrittenAgainAndAgain() {
        NativeString string = new NativeString(5);
        string.set("abcde".getBytes(StandardCharsets.UTF_8));
        assertTrue(string.is("abcde") && string.startsWith("abc") && string.contains('e'));
        string.set(new byte[] {'x', 0});
        assertTrue(string.contains('\0') && !string.contains('b') && !string.is("x"));
        assertArrayEquals(new byte[] {'x', 0}, string.bytes());
        assertThrows(IndexOutOfBoundsException.class, () -> string.set(new byte[6]));
        for (int fd : new int[] {0, 9, 10, 1234, Integer.MAX_VALUE}) {
            NativeString path = NativeString.forOpenFiles();
            path.setToOpenFile(fd);
            assertEquals("/proc/self/fd/" + fd, path.toString());
        }
    }

    @Test
    void aThreadMayHaveNoMask() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Thread thread = new Thread(() -> {
            ProcessLimits.unmaskThisThread();
            made.set((int) NAMES.makeDirectory(directory.fd(), text("all"), 0777));
        });
        thread.start();
        thread.join();
        assertEquals(0, made.get());
        assertEquals(0777, (Integer) Files.getAttribute(folder.resolve("all"), "unix:mode") & 0777);
        assertTrue(ProcessLimits.openFiles() > 10);
        assertEquals(Files.getAttribute(folder, "unix:uid"), ProcessLimits.effectiveUser());
        assertEquals(Files.getAttribute(folder, "unix:gid"), ProcessLimits.effectiveGroup());
    }
}
