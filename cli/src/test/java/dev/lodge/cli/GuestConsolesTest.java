package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Console;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestConsolesTest {
    private final Path directory;

    GuestConsolesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theKernelsConsoleIsWhereItWasPutAndWhereItIsShown() throws Exception {
        Path log = directory.resolve("log");
        FakeConsole shown = new FakeConsole();
        try (GuestConsoles consoles = open("--console=file:" + log)) {
            assertTrue(consoles.hasFirst());
            say(consoles.firstOr(shown), "to both\n");
            say(consoles.firstOr(Console.DISCARD), "to one\n");
        }
        assertEquals("to both\nto one\n", Files.readString(log));
        assertEquals("to both\n", shown.text());
    }

    @Test
    void withoutAPlaceItIsWhereItWouldBe() {
        FakeConsole shown = new FakeConsole();
        try (GuestConsoles consoles = open("--console=hvc2=none")) {
            assertFalse(consoles.hasFirst());
            assertSame(shown, consoles.firstOr(shown));
        }
    }

    @Test
    void whoSeesTheOutputSlowlySeesAllOfItInOrder() {
        FakeConsole first = new FakeConsole();
        FakeConsole second = new FakeConsole();
        Console tee = new ConsoleTee(first, second);
        second.takes = 2;
        assertEquals(5, say(tee, "hello"));
        assertEquals(0, say(tee, " you"), "held up by the second");
        first.takes = 3;
        second.takes = 100;
        assertEquals(3, say(tee, " you"));
        assertEquals("hello yo", first.text());
        assertEquals("hello yo", second.text());
        second.takes = 0;
        first.takes = 100;
        assertEquals(1, say(tee, "u"));
        second.takes = 100;
        assertEquals(0, tee.input(Arena.ofAuto().allocate(8)));
        assertEquals("hello you", second.text(), "also when the guest says nothing more");
    }

    @Test
    void atTheUsersTerminalCtrlBracketLeavesAndIsNotPassedOn() {
        FakeConsole terminal = new FakeConsole();
        int[] left = {0};
        Console watched = new KeyWatch(terminal, () -> left[0]++);
        MemorySegment room = Arena.ofAuto().allocate(8);
        terminal.keys = "ab";
        assertEquals(2, watched.input(room));
        assertEquals(0, left[0]);
        terminal.keys = "ab\35c";
        assertEquals(2, watched.input(room));
        assertEquals(1, left[0]);
        assertEquals(3, say(watched, "out"));
    }

    @Test
    void whatCannotBeOpenedIsNamedAndWhatWasOpenedIsClosed() {
        Path socket = directory.resolve("socket");
        Path nowhere = directory.resolve("no/log");
        assertEquals(
                "--console hvc2=file:" + nowhere + ": cannot write to " + nowhere + ": there is no such directory",
                refusal("--console=socket:" + socket, "--console=file:" + nowhere));
        assertFalse(Files.exists(socket));
        assertEquals(
                "--console hvc0=tty:/dev/null: /dev/null is no terminal: 'tty' says what yours is called",
                refusal("--console=tty:/dev/null"));
        assertEquals(
                "--console hvc0=socket:" + directory + ": cannot listen at " + directory
                        + ": it exists and is no socket",
                refusal("--console=socket:" + directory));
    }

    private static String refusal(String... options) {
        CommandLineException refused =
                assertThrows(CommandLineException.class, () -> open(options).close());
        return String.valueOf(refused.getMessage());
    }

    private static GuestConsoles open(String... options) {
        return GuestConsoles.open(RunArguments.parse(options, 0), () -> {});
    }

    private static int say(Console console, String text) {
        return console.output(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static final class FakeConsole implements Console {
        final ByteArrayOutputStream seen = new ByteArrayOutputStream();
        int takes = 100;
        String keys = "";

        @Override
        public int output(MemorySegment bytes) {
            int count = (int) Math.min(takes, bytes.byteSize());
            seen.writeBytes(bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            return count;
        }

        @Override
        public int input(MemorySegment room) {
            MemorySegment typed = MemorySegment.ofArray(keys.getBytes(StandardCharsets.ISO_8859_1));
            MemorySegment.copy(typed, 0, room, 0, typed.byteSize());
            return (int) typed.byteSize();
        }

        String text() {
            return seen.toString(StandardCharsets.UTF_8);
        }
    }
}
