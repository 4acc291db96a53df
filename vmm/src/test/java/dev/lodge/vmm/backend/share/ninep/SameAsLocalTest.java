package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.linux.Errno;
import dev.lodge.linux.OpenFlag;
import dev.lodge.linux.ProcessLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client is answered, and what comes of it, is what the local file system answers and what comes of that. */
class SameAsLocalTest {
    private static final int RDWR = OpenFlag.O_RDWR;
    private static final int EXCL = RDWR | OpenFlag.O_EXCL;
    private static final String LONG = "n".repeat(255);

    /** Sequences of calls; before each, there are a directory {@code d} with a file {@code d/f}, a file {@code f}, and links. */
    static Stream<Arguments> table() {
        return Stream.of(
                row("a new directory", c -> c.makeDirectory("new", 0755)),
                row("a directory with odd bits", c -> c.makeDirectory("new", 01777)),
                row("a directory that is there", c -> c.makeDirectory("d", 0755)),
                row("a directory where a file is", c -> c.makeDirectory("f", 0755)),
                row("a directory in a file", c -> c.makeDirectory("f/new", 0755)),
                row("a directory in none", c -> c.makeDirectory("none/new", 0755)),
                row("a directory of the longest name", c -> c.makeDirectory(LONG, 0700)),
                row("a directory of too long a name", c -> c.makeDirectory(LONG + "n", 0700)),
                row("a name in another script", c -> c.makeDirectory("\u00e4\u65e5\u672c", 0700)),
                row("a name with blanks and a line's end", c -> c.makeDirectory(" a \n b ", 0700)),
                row("a new file", c -> c.create("new", EXCL, 0644)),
                row("a new file whose mode no mask of ours changes", c -> c.create("new", EXCL, 0666)),
                row("a new file that nobody may read", c -> c.create("new", EXCL, 0)),
                row("a new file with set-id bits", c -> c.create("new", EXCL, 06755)),
                row("a file that is there, exclusively", c -> c.create("f", EXCL, 0644)),
                row("a file that is there", c -> c.create("f", RDWR, 0600)),
                row("a file that is there, truncated", c -> c.create("f", RDWR | OpenFlag.O_TRUNC, 0600)),
                row("a file in a file", c -> c.create("f/new", RDWR, 0600)),
                row("opening what is not there", c -> c.open("none", RDWR)),
                row("opening a directory for writing", c -> c.open("d", RDWR)),
                row("opening a directory for reading", c -> c.open("d", OpenFlag.O_RDONLY)),
                row("opening a link", c -> c.open("link", OpenFlag.O_RDONLY)),
                row("truncating by opening", c -> c.open("f", OpenFlag.O_WRONLY | OpenFlag.O_TRUNC)),
                row("writing", c -> c.write("f", 0, "other")),
                row("writing beyond the end", c -> c.write("f", 10000, "far")),
                row("writing to a directory", c -> c.write("d", 0, "x")),
                row("a symbolic link", c -> c.symbolicLink("new", "d/f")),
                row("a symbolic link to elsewhere", c -> c.symbolicLink("new", "/etc/passwd")),
                row("a symbolic link where something is", c -> c.symbolicLink("f", "d")),
                row("a symbolic link to nothing", c -> c.symbolicLink("new", "")),
                row("a link", c -> c.link("f", "d/new")),
                row("a link to a symbolic link", c -> c.link("link", "new")),
                row("a link to a directory", c -> c.link("d", "new")),
                row("a link where something is", c -> c.link("f", "d/f")),
                row("a pipe", c -> c.pipe("new", 0622)),
                row("a pipe where something is", c -> c.pipe("f", 0622)),
                row("unlinking a file", c -> c.unlink("f")),
                row("unlinking a symbolic link", c -> c.unlink("link")),
                row("unlinking a directory", c -> c.unlink("d")),
                row("unlinking nothing", c -> c.unlink("none")),
                row("removing a directory with something in it", c -> c.removeDirectory("d")),
                row("removing an empty directory", c -> c.unlink("d/f") + c.removeDirectory("d")),
                row("removing a file as a directory", c -> c.removeDirectory("f")),
                row("renaming", c -> c.rename("f", "g")),
                row("renaming into a directory", c -> c.rename("f", "d/g")),
                row("renaming over a file", c -> c.rename("f", "d/f")),
                row("renaming over a directory", c -> c.rename("f", "d")),
                row("renaming a directory into itself", c -> c.rename("d", "d/e")),
                row("renaming a directory over a file", c -> c.rename("d", "f")),
                row("renaming a directory over an empty one", c -> c.makeDirectory("e", 0755) + c.rename("d", "e")),
                row("renaming a symbolic link", c -> c.rename("link", "moved")),
                row("renaming nothing", c -> c.rename("none", "g")),
                row("renaming to the same", c -> c.rename("f", "f")),
                row("permission bits", c -> c.changeMode("f", 0751)),
                row("odd permission bits", c -> c.changeMode("f", 07000)),
                row("permission bits of a directory", c -> c.changeMode("d", 02770)),
                row("shorter", c -> c.truncate("f", 2)),
                row("longer", c -> c.truncate("f", 100_000)),
                row("a negative size", c -> c.truncate("f", -1)),
                row("the size of a directory", c -> c.truncate("d", 0)),
                row("times", c -> c.setTimes("f", 1_000_000_000L)),
                row("times long ago", c -> c.setTimes("f", -1000L)),
                row("times of a symbolic link", c -> c.setTimes("link", 1_000_000_000L)),
                row("times of a directory", c -> c.setTimes("d", 1L)));
    }

    private static Arguments row(String name, ToIntFunction<Calls> calls) {
        return Arguments.of(name, calls);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void theAnswerAndTheTreeAreTheSame(String name, ToIntFunction<Calls> calls, @TempDir Path folder) throws Exception {
        Path local = prepared(folder.resolve("local"));
        Path served = prepared(folder.resolve("served"));
        Answers answers = new Answers();
        Thread thread = new Thread(() -> answers.take(local, served, calls));
        thread.start();
        thread.join();
        assertEquals(Errno.name(answers.local), Errno.name(answers.served), "errno");
        assertEquals(tree(local), tree(served));
    }

    /** On a thread of its own, whose mask is nobody else's. */
    private static final class Answers {
        private int local = -1;
        private int served = -2;

        void take(Path localFolder, Path servedFolder, ToIntFunction<Calls> calls) {
            ProcessLimits.unmaskThisThread();
            try (Calls ours = Calls.local(localFolder)) {
                local = calls.applyAsInt(ours);
            }
            try (Calls theirs = Calls.served(servedFolder)) {
                served = calls.applyAsInt(theirs);
            }
        }
    }

    private static Path prepared(Path place) throws IOException {
        Path root = Files.createDirectory(place);
        Files.createDirectory(root.resolve("d"));
        Files.writeString(root.resolve("d/f"), "in d");
        Files.writeString(root.resolve("f"), "a file's text");
        Files.createSymbolicLink(root.resolve("link"), Path.of("f"));
        Files.createSymbolicLink(root.resolve("out"), Path.of(".."));
        return root;
    }

    /** Each file with all that a rename, a link, or a change shows in. */
    private static List<String> tree(Path root) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted().toList()) {
                BasicFileAttributes basic =
                        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String what = basic.isSymbolicLink()
                        ? " -> " + Files.readSymbolicLink(file)
                        : basic.isRegularFile()
                                ? " " + Files.size(file) + " "
                                        + Files.readString(file).hashCode()
                                : "";
                Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                Object links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
                String time =
                        basic.lastModifiedTime().toMillis() < 1_100_000_000_000L ? " " + basic.lastModifiedTime() : "";
                lines.add(root.relativize(file) + " " + Integer.toOctalString((Integer) mode) + " "
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                        + " " + links + what + time);
            }
        }
        return lines;
    }
}
