package dev.lodge.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** A statically linked busybox of this machine. */
final class Busybox {
    /** The program. */
    final byte[] content;

    /** Where its links go, such as {@code usr/bin/wc}; sorted. */
    final List<String> applets;

    private Busybox(byte[] content, List<String> applets) {
        this.content = content;
        this.applets = applets;
    }

    /** @throws IOException if the file is no static program, or is no busybox, or cannot be run here */
    static Busybox read(Path path) throws IOException {
        byte[] content = Files.readAllBytes(path);
        if (new ElfFile(content, path.toString()).needsInterpreter()) {
            throw new IOException(
                    path + " is dynamically linked; a guest needs the one of Debian's package busybox-static");
        }
        return new Busybox(content, askForApplets(path));
    }

    private static List<String> askForApplets(Path path) throws IOException {
        Process process = new ProcessBuilder(path.toAbsolutePath().toString(), "--list-full")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        var applets = new TreeSet<String>();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isInside(line)) {
                    applets.add(line);
                }
            }
        }
        if (applets.isEmpty()) {
            throw new IOException(path + " --list-full names no applets: it is no busybox");
        }
        return List.copyOf(applets);
    }

    private static boolean isInside(String path) {
        return !path.isEmpty() && path.charAt(0) != '/' && !path.contains("..") && !path.equals("bin/busybox");
    }
}
