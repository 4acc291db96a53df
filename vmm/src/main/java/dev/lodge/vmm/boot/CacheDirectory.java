package dev.lodge.vmm.boot;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The cache's directory: whether it is to be trusted, and how large it may grow. */
final class CacheDirectory {

    /** How the records' names end. */
    static final String META = ".meta";

    /** A temporary file as old as this was left behind by a process that died. */
    private static final long ABANDONED_MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final int WRITABLE_BY_OTHERS = 0022;

    private record Aged(Path file, FileTime modified) {}

    private final Path root;

    /** A directory that need not be there yet. */
    CacheDirectory(Path root) {
        this.root = root;
    }

    /** Where the file of that name is, there or not. */
    Path file(String kind, String name) {
        return root.resolve(kind).resolve(name);
    }

    /**
     * Whether the directory is there, belongs to the user of this process, and nobody else can write to it: whoever could
     * would choose what our guests boot.
     */
    boolean isTrusted() {
        try {
            Map<String, Object> attributes = Files.readAttributes(root, "unix:uid,mode");
            int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return Objects.equals(attributes.get("uid"), self) && (mode & WRITABLE_BY_OTHERS) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Makes sure that there is a place for files of {@code kind}.
     *
     * @throws IOException if it cannot be made, or is not to be trusted
     */
    void create(String kind) throws IOException {
        Files.createDirectories(
                root.resolve(kind), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (!isTrusted()) {
            throw new IOException(root + " belongs to another user or others may write to it");
        }
    }

    /** Removes all but the newest {@code keep} entries of {@code kind}, and what dead processes left. */
    void evict(String kind, int keep) throws IOException {
        List<Aged> entries = new ArrayList<>();
        long now = System.currentTimeMillis();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(kind))) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (name.startsWith(".") && now - modified(file).toMillis() > ABANDONED_MILLIS) {
                    Files.deleteIfExists(file);
                } else if (!name.startsWith(".") && !name.endsWith(META)) {
                    entries.add(new Aged(file, modified(file)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Aged::modified).reversed());
        for (int i = keep; i < entries.size(); i++) {
            Path file = entries.get(i).file();
            // The record first: without it the body does not count.
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + META));
            Files.deleteIfExists(file);
        }
    }

    /** When a file changed; 1970 if it is gone by now. */
    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
