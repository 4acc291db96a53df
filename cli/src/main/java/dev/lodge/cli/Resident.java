package dev.lodge.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of this process is in memory, in bytes.
 *
 * @param all the whole process, with the guest's RAM
 * @param withoutGuest what the monitor itself takes
 */
record Resident(long all, long withoutGuest) {
    /** A guest has no less, and the JVM maps nothing writable that is so large and so full. */
    private static final long LEAST_GUEST = 16L << 20;

    private static final long MERGED = 8L << 20;

    /** Null where the kernel does not tell. */
    static @Nullable Resident ofThisProcess(long guestMemory) {
        try {
            return of(Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1), guestMemory);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Adds up mappings. The guest's RAM is the fullest that has its size, or a little more where the kernel has merged
     * it with a neighbour.
     *
     * @param smaps lines of {@code /proc/PID/smaps}
     */
    static Resident of(List<String> smaps, long guestMemory) {
        long all = 0;
        long guest = 0;
        long size = 0;
        for (String line : smaps) {
            if (line.startsWith("Size:")) {
                size = bytes(line);
            } else if (line.startsWith("Rss:")) {
                long resident = bytes(line);
                all += resident;
                boolean fits = size >= guestMemory && size <= guestMemory + MERGED;
                if (fits && guestMemory >= LEAST_GUEST) {
                    guest = Math.max(guest, Math.min(resident, guestMemory));
                }
            }
        }
        return new Resident(all, all - guest);
    }

    /** What a line of a file of the kernel's, such as {@code "Rss:  12 kB"}, says in bytes. */
    static long bytes(String line) {
        long kibibytes = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                kibibytes = kibibytes * 10 + (c - '0');
            }
        }
        return kibibytes << 10;
    }
}
