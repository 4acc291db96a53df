package dev.lodge.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether this host has the memory that a guest may come to use. */
final class HostMemory {
    /** Every host has that much, and a start should not wait for the question. */
    private static final long NOT_WORTH_ASKING = 1L << 30;

    private HostMemory() {}

    /** Warns of a guest with more memory than the host has: it may run, but if it uses it all the host ends somebody. */
    static void check(long guest) {
        if (guest <= NOT_WORTH_ASKING) {
            return;
        }
        try {
            long host = total(Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.ISO_8859_1));
            if (host > 0 && guest > host) {
                Main.say("the guest's " + (guest >> 20) + " MiB of memory are more than this host has (" + (host >> 20)
                        + " MiB with its swap space): if it uses them, the host will run out");
            }
        } catch (IOException untold) {
            // no reason to keep a guest from running
        }
    }

    /** Memory and swap space, in bytes, by lines of {@code /proc/meminfo}. */
    static long total(List<String> meminfo) {
        long bytes = 0;
        for (String line : meminfo) {
            if (line.startsWith("MemTotal:") || line.startsWith("SwapTotal:")) {
                bytes += Resident.bytes(line);
            }
        }
        return bytes;
    }
}
