package dev.lodge.integration;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What this process has of the kernel for its domains. Class files, jars and the heap are the JVM's own affair, and come
 * and go.
 *
 * @param files what its descriptors stand for, sorted
 * @param mappings of vCPUs, and as large as a domain's memory
 * @param threads of domains, by name
 */
record Holdings(List<String> files, int mappings, Set<String> threads) {
    private static final long SLACK = 1 << 16;
    private static final Pattern DOMAIN_THREAD = Pattern.compile("d\\d+(v\\d+|io)");

    static Holdings now() throws IOException {
        return new Holdings(openFiles(), countMappings(), domainThreads());
    }

    private static List<String> openFiles() throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("anon_inode:") || target.startsWith("/dev/") || target.startsWith("/memfd")) {
                        files.add(target);
                    }
                } catch (NoSuchFileException e) {
                    // the descriptor by which this directory is read
                }
            }
        }
        files.sort(null);
        return files;
    }

    private static int countMappings() throws IOException {
        int count = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            int dash = line.indexOf('-');
            int space = line.indexOf(' ');
            long size = Long.parseUnsignedLong(line, dash + 1, space, 16) - Long.parseUnsignedLong(line, 0, dash, 16);
            if (line.contains("kvm")) {
                count++;
            } else if (line.contains(" rw-")) {
                count += memories(size);
            }
        }
        return count;
    }

    /** The kernel joins mappings that lie next to each other. */
    private static int memories(long size) {
        long count = (size + SLACK) / BareMetal.MEMORY;
        return Math.abs(size - count * BareMetal.MEMORY) <= SLACK ? (int) count : 0;
    }

    private static Set<String> domainThreads() {
        Set<String> threads = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (DOMAIN_THREAD.matcher(thread.getName()).matches()) {
                threads.add(thread.getName());
            }
        }
        return threads;
    }
}
