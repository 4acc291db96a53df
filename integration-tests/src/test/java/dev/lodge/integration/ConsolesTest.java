package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsVirtualisation
@DisplayName("lodge run --console")
class ConsolesTest {
    private static final String KERNEL = Checkout.kernel(Checkout.CLOUD_6_1).toString();

    /** Says a word, waits for its echo and one word more, and ends. */
    private static final String PROGRAM = "echo word; read echo; read word; exit 3";

    /** More is written to the program that has ended than all buffers on the way hold. */
    private static final String TALK = """
            echo early > /dev/hvc3
            echo ready
            read line < /dev/hvc3
            echo "you said $line" > /dev/hvc3
            read word < /dev/hvc4
            echo "$word, said the program" > /dev/hvc2
            echo end > /dev/hvc4
            head -c 40000 /dev/zero > /dev/hvc4
            echo still here > /dev/hvc2
            echo and here > /dev/hvc3
            sleep 1
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @DisplayName("has a guest talk over a file, a socket and a program at once, and live on when it loses the program")
    void threeAtOnce() throws Exception {
        Path file = directory.resolve("file");
        Path socket = directory.resolve("socket");
        LodgeProgram program = LodgeProgram.start(
                "run",
                "-k",
                KERNEL,
                "--console=hvc2=file:" + file,
                "--console=hvc3=socket:" + socket,
                "--console=hvc4=exec:" + PROGRAM,
                "--",
                "sh",
                "-c",
                TALK);
        program.awaitLine("ready");
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            readUntil(client, "early\r\n");
            client.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
            readUntil(client, "you said hello\r\n");
            readUntil(client, "and here\r\n");
        }
        LodgeProgram.Result result = program.await();
        assertEquals(
                new LodgeProgram.Result(
                        0,
                        "ready\n",
                        "lodge: the console's program '/bin/sh -c " + PROGRAM
                                + "' has ended with status 3: the guest goes on without it\n"),
                result);
        assertEquals("word, said the program\r\nstill here\r\n", Files.readString(file));
        assertTrue(Files.notExists(socket));
    }

    @Test
    @DisplayName("puts the kernel's console into a file, and shows it with -v all the same")
    void kernelsConsole() throws Exception {
        Path file = directory.resolve("kernel");
        LodgeProgram.Result result =
                LodgeProgram.run("run", "-v", "-k", KERNEL, "--console=file:" + file, "--", "echo", "said");
        assertEquals(0, result.status(), result.toString());
        assertEquals("said\n", result.stdout());
        assertTrue(Files.readString(file).contains("Linux version 6.1"), Files.readString(file));
        assertTrue(result.stderr().contains("Linux version 6.1"), result.stderr());
    }

    @Test
    @DisplayName("is not needed for the command's terminal, which follows the size of the user's")
    void resize() throws Exception {
        Path screen = directory.resolve("screen");
        Path script = Files.writeString(
                directory.resolve("script"),
                "stty rows 33 cols 77\nterminal=$(tty)\n(until grep -q ready " + screen
                        + "; do sleep 0.2; done; stty rows 41 cols 99 < $terminal) &\n" + Checkout.launcher()
                        + " run -k "
                        + KERNEL
                        + " -- sh -c 'trap \"stty size; exit 5\" WINCH; echo ready; while :; do sleep 0.1; done'\n"
                        + "echo \"status $?\"\n");
        LodgeProgram.Result result = LodgeProgram.start(
                        Map.of("TERM", "vt100"), List.of("script", "-qfec", "sh " + script, screen.toString()))
                .await();
        assertEquals(
                List.of("ready", "41 99", "status 5"), result.stdout().lines().toList(), result.toString());
    }

    private static void readUntil(SocketChannel client, String expected) throws IOException {
        StringBuilder seen = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (seen.indexOf(expected) < 0) {
            if (client.read(one.clear()) < 0) {
                throw new AssertionError("the console was closed after: " + seen);
            }
            seen.append((char) one.get(0));
        }
    }
}
