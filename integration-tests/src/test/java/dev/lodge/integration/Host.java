package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/** What tests do on the host around their guests. */
final class Host {
    private Host() {}

    /** Runs a shell's script, which must succeed; what it says is seen. */
    static void run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script).inheritIO().start();
        assertEquals(0, process.waitFor(), script);
    }

    /** Runs a program, which must succeed, and returns its standard output. */
    static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + text);
        return text;
    }

    /** A TCP port that nobody has just now. */
    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
