package dev.lodge.vmm.backend.console.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a terminal that {@code script} keeps: what is written to it comes out of script, and what script reads is typed. */
@Timeout(60)
class TerminalEndTest {
    private final Process window;
    private final BufferedReader screen;
    private final OutputStream keyboard;
    private final Path device;

    TerminalEndTest() throws IOException {
        window = new ProcessBuilder("script", "-qec", "tty; exec sleep 1000", "/dev/null").start();
        screen = new BufferedReader(new InputStreamReader(window.getInputStream(), StandardCharsets.UTF_8));
        keyboard = window.getOutputStream();
        device = Path.of(String.valueOf(screen.readLine()).strip());
    }

    @AfterEach
    void closeTheWindow() throws InterruptedException {
        window.descendants().forEach(ProcessHandle::destroyForcibly);
        window.destroyForcibly().waitFor();
    }

    @Test
    void keysAndWordsGoThroughAsTheyAreAndTheTerminalIsAsBeforeAfterwards() throws Exception {
        String before = settings();
        try (TerminalEnd terminal = TerminalEnd.open(device)) {
            assertNotEquals(before, settings());
            GuestEnd guest = new GuestEnd(terminal);
            guest.say("login: \n");
            assertEquals("login: ", screen.readLine());
            keyboard.write(new byte[] {'r', 3, 4, 26, '\r'}); // Ctrl-C, Ctrl-D, Ctrl-Z
            keyboard.flush();
            assertEquals("r\3\4\32\r", guest.hear(5));
            String much = "0123456789".repeat(5_000) + "\n";
            Thread speaker = Thread.ofVirtual().start(() -> say(guest, much));
            assertEquals(much.strip(), screen.readLine());
            speaker.join();
            guest.say("last words\n");
        }
        assertEquals("last words", screen.readLine());
        assertEquals(before, settings());
    }

    @Test
    void aTerminalThatTakesNothingIsWaitedForAWhileOnly() throws Exception {
        try (TerminalEnd terminal = TerminalEnd.open(device, 20)) {
            new GuestEnd(terminal).say(new byte[100 * Backlog.SIZE]); // nobody reads the screen
        }
    }

    @Test
    void aTerminalThatHangsUpHoldsUpNobody() throws Exception {
        try (TerminalEnd terminal = TerminalEnd.open(device)) {
            GuestEnd guest = new GuestEnd(terminal);
            closeTheWindow();
            guest.say(new byte[10 * Backlog.SIZE]);
        }
    }

    @Test
    void whatIsNoTerminalIsRefused() {
        assertEquals("/dev/null is no terminal: 'tty' says what yours is called", refusal("/dev/null"));
        assertTrue(refusal("/dev/pts/none").startsWith("cannot use /dev/pts/none as a terminal: open /dev/pts/none: "));
        assertTrue(refusal("/tmp").startsWith("cannot use /tmp as a terminal: "), refusal("/tmp"));
    }

    private static void say(GuestEnd guest, String text) {
        try {
            guest.say(text);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String settings() throws IOException {
        Process stty = new ProcessBuilder("stty", "-g", "-F", device.toString()).start();
        return new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String refusal(String path) {
        return String.valueOf(assertThrows(IOException.class, () -> TerminalEnd.open(Path.of(path)))
                .getMessage());
    }
}
