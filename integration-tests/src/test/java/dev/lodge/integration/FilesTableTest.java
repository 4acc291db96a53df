package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A long table of calls on files ({@code src/test/c/files}), run on the host's tmpfs and, by a guest, in a shared folder that
 * lies there, too: the answers are the same, and so are the files that are left.
 */
@NeedsVirtualisation
@DisplayName("A shared folder answers as a local file system")
class FilesTableTest {
    private static final String KERNEL = Checkout.kernel(Checkout.GENERIC_6_1).toString();
    private static final int LEAST_CASES = 550;

    private static final String RENAME_FLAGS = "9P2000.L's Trenameat has no flags; v9fs_vfs_rename refuses all";
    private static final String NO_TEMPORARY = "9P2000.L has none; v9fs has no tmpfile operation";
    private static final String APPENDING =
            "9P2000.L cannot change an open fid's flags, and it was opened for appending, as"
                    + " programs on the host may append, too";
    private static final String SECONDS =
            "v9fs_fill_super sets no s_time_gran, so that Linux's client cuts times that are set" + " to seconds";
    private static final String EPOCH = SECONDS + ", and times before 1970 to 0 by its s_time_min";
    private static final String NO_HOLES = "9P2000.L does not tell of holes; v9fs uses generic_file_llseek";
    private static final String NO_ALLOCATION = "9P2000.L does not allocate; v9fs has no fallocate operation";
    private static final String ONE_KIND_OF_LOCK = "v9fs_file_flock_dotl makes a flock a lock of a range";
    private static final String NO_USER_ATTRIBUTES = "the tmpfs of Linux before 6.6 has no attributes of users";
    private static final String NO_DIRECT = "the tmpfs of Linux before 6.6 has no O_DIRECT";
    private static final String REMOVAL =
            "9P2000.L has no other message for the removal of an attribute (v9fs_xattr_handler_set, without a value)";
    private static final String POWERS =
            "by trusted attributes, file systems of the host take orders: AttributeRequests";
    private static final String DEVICES = "a device's node would open that device to whoever finds it: TreeRequests";

    /** Where the guest's answer may be another, what it is then, and why that is right. */
    private static final Map<String, Answer> ALLOWED = Map.ofEntries(
            allowed("renames: without replacing, to a name that is free", "EINVAL (ENOENT)", RENAME_FLAGS),
            allowed("renames: two for each other", "EINVAL a b", RENAME_FLAGS),
            allowed("opens: write where it is", "ok textT", APPENDING),
            allowed("opens: a file without a name", "EOPNOTSUPP", NO_TEMPORARY),
            allowed("set-times: of a file", "ok 1000000000.000000000 1100000000.000000000", SECONDS),
            allowed("set-times: only of access", "ok 5.000000000 1100000000.000000000", SECONDS),
            allowed("set-times: only of modification", "ok 5.000000000 7.000000000", SECONDS),
            allowed("set-times: neither", "ok 5.000000000 7.000000000", SECONDS),
            allowed("set-times: of a directory", "ok 1000000000.000000000 1100000000.000000000", SECONDS),
            allowed(
                    "set-times: of a link",
                    "ok 1000000000.000000000 1100000000.000000000 5.000000000 7.000000000",
                    SECONDS),
            allowed("set-times: of a pipe", "ok 1000000000.000000000 1100000000.000000000", SECONDS),
            allowed("set-times: before 1970", "ok 0.000000000 0.000000000", EPOCH),
            allowed("set-times: after 2038", "ok 5000000000.000000000 6000000000.000000000", SECONDS),
            allowed("set-times: too many nanoseconds", "EINVAL 5000000000.000000000 6000000000.000000000", SECONDS),
            allowed("set-times: negative nanoseconds", "EINVAL 5000000000.000000000 6000000000.000000000", SECONDS),
            allowed("set-times: by its owner", "ok 21.000000000 22.000000000", SECONDS),
            allowed("sizes: seek to data", "ok 0", NO_HOLES),
            allowed("sizes: seek to a hole", "ok 5368709123", NO_HOLES),
            allowed("sizes: allocate", "EOPNOTSUPP [file 0644 1 0:0 0] none", NO_ALLOCATION),
            allowed("sizes: allocate by the library", "EOPNOTSUPP", NO_ALLOCATION),
            allowed("sizes: punch a hole", "EOPNOTSUPP 0123456789", NO_ALLOCATION),
            allowed("transfers: past the cache", "ok", NO_DIRECT),
            allowed("transfers: write past it", "ok [file 0644 1 0:0 8192]", NO_DIRECT),
            allowed("transfers: write in the middle past it", "ok", NO_DIRECT),
            allowed("transfers: read past it", "ok ab", NO_DIRECT),
            allowed("whole-locks: beside a range's", "EAGAIN", ONE_KIND_OF_LOCK),
            allowed("attributes: replace by an empty one", "ok user.empty,user.one,", REMOVAL),
            allowed("attributes: a kind without a name", "EINVAL", NO_USER_ATTRIBUTES),
            allowed("attributes: root's own", "EOPNOTSUPP ", POWERS),
            allowed("attributes: get root's own", "ENODATA", POWERS),
            allowed("nodes: a character device", "EPERM [ENOENT]", DEVICES),
            allowed("nodes: a block device", "EPERM [ENOENT]", DEVICES));

    /** What comes of these answers. */
    private static final Set<String> MAY_DIFFER = Set.of(
            "renames",
            "renames/free",
            "renames/a",
            "renames/b",
            "opens/stopped",
            "sizes/allocated",
            "transfers/direct");

    private Path folder = Path.of("");

    private record Answer(String guests, String why) {}

    private static Map.Entry<String, Answer> allowed(String name, String guests, String why) {
        return Map.entry(name, new Answer(guests, why));
    }

    /** In memory: the lab's root is an overlay, whose answers are not those of a local file system. */
    @BeforeEach
    void makeManyFiles() throws Exception {
        folder = Files.createTempDirectory(Path.of("/dev/shm"), "files");
        Path program = folder.resolve("share/files");
        Files.createDirectories(folder.resolve("share/work"));
        Files.createDirectories(folder.resolve("local"));
        Files.copy(Checkout.program("files"), program, StandardCopyOption.COPY_ATTRIBUTES);
        onHost("make", folder.resolve("share/work"));
        onHost("make", folder.resolve("local"));
    }

    @AfterEach
    void removeAll() throws Exception {
        new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
    }

    private String onHost(String what, Path directory) throws Exception {
        Process process = new ProcessBuilder(folder.resolve("share/files").toString(), what, directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.waitFor());
        return said;
    }

    @Test
    @DisplayName("to hundreds of calls, and keeps the same files")
    void table() throws Exception {
        List<String> local = onHost("table", folder.resolve("local")).lines().toList();
        LodgeProgram.Result result = LodgeProgram.run(
                "run",
                "-k",
                KERNEL,
                "--share",
                folder.resolve("share") + ":/mnt",
                "--",
                "/mnt/files",
                "table",
                "/mnt/work");

        assertEquals("", result.stderr());
        assertEquals(0, result.status());
        List<String> guests = result.stdout().lines().toList();
        assertTrue(local.size() >= LEAST_CASES, local.size() + " cases");
        assertEquals(List.of(), differences(expected(local, guests), guests));
        assertEquals(List.of(), differences(tree(folder.resolve("local")), tree(folder.resolve("share/work"))));
    }

    private static List<String> differences(List<String> hosts, List<String> guests) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < Math.max(hosts.size(), guests.size()); i++) {
            String host = i < hosts.size() ? hosts.get(i) : "nothing";
            String guest = i < guests.size() ? guests.get(i) : "nothing";
            if (!host.equals(guest)) {
                found.add("here " + host + ", in the guest " + guest);
            }
        }
        return found;
    }

    /** The host's lines, with the guest's own where that may be. */
    private static List<String> expected(List<String> local, List<String> guests) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < local.size(); i++) {
            String line = local.get(i);
            String name = line.substring(0, line.indexOf(": ", line.indexOf(": ") + 2));
            Answer answer = ALLOWED.get(name);
            boolean differs = i >= guests.size() || !guests.get(i).equals(line);
            lines.add(answer != null && differs ? name + ": " + answer.guests : line);
        }
        return lines;
    }

    private static List<String> tree(Path root) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted().toList()) {
                String name = root.relativize(file).toString();
                if (!MAY_DIFFER.contains(name)) {
                    lines.add(name + " " + attribute(file, "mode") + " " + attribute(file, "nlink") + " "
                            + attribute(file, "uid") + ":" + attribute(file, "gid") + " " + content(file));
                }
            }
        }
        return lines;
    }

    private static Object attribute(Path file, String name) throws IOException {
        return Files.getAttribute(file, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    private static String content(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        return Files.isRegularFile(file) ? Files.size(file) + " " + Arrays.hashCode(Files.readAllBytes(file)) : "";
    }
}
