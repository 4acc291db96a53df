package dev.lodge.vmm.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/** Images that {@code qemu-img} makes (Debian's package qemu-utils), in a directory. */
final class QemuImages {

    private final Path directory;

    QemuImages(Path directory) {
        this.directory = directory;
    }

    /** Skips the test where there is no such program. */
    static void areNeeded() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "qemu-img"))) {
                return;
            }
        }
        Assumptions.abort("no qemu-img to make images with: apt-get install qemu-utils");
    }

    /** Random pieces, pieces that compress well, and holes. */
    static byte[] content(long seed, int size) {
        Random random = new Random(seed);
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; ) {
            int length = Math.min(1 + random.nextInt(200_000), size - at);
            switch (random.nextInt(3)) {
                case 0 -> {
                    byte[] piece = new byte[length];
                    random.nextBytes(piece);
                    System.arraycopy(piece, 0, bytes, at, length);
                }
                case 1 -> Arrays.fill(bytes, at, at + length, (byte) (1 + random.nextInt(100)));
                default -> {
                    // zeroes
                }
            }
            at += length;
        }
        return bytes;
    }

    /** Makes an image of these bytes; {@code options} are words of {@code qemu-img convert}. */
    Path convert(byte[] bytes, String name, String options) throws Exception {
        Files.write(directory.resolve("content.raw"), bytes);
        List<String> words = new ArrayList<>(List.of("convert", "-f", "raw", "-O", "qcow2"));
        words.addAll(List.of(options.split(" ", -1)));
        words.addAll(List.of("content.raw", name));
        qemu(words.toArray(new String[0]));
        return directory.resolve(name);
    }

    /** Runs {@code qemu-img} in the directory. */
    void qemu(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(words));
        run(command.toArray(new String[0]));
    }

    /** Runs {@code qemu-io} on an image there. */
    void io(String name, String... commands) throws Exception {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
        for (String each : commands) {
            command.addAll(List.of("-c", each));
        }
        command.add(name);
        run(command.toArray(new String[0]));
    }

    private void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
