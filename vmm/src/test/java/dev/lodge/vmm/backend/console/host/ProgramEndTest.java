package dev.lodge.vmm.backend.console.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProgramEndTest {
    private static final int MUCH = 10 * Backlog.SIZE;

    @Test
    void theProgramReadsWhatTheGuestSaysAndTheGuestWhatItWrites() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(List.of("tr", "a-z", "A-Z"))) {
            GuestEnd guest = new GuestEnd(program);
            guest.say("hello\n".repeat(2000));
            program.said.end(); // tr writes when its input ends
            assertEquals("HELLO\n".repeat(2000), guest.hear(12_000));
        }
    }

    @Test
    void itsInputEndsWithTheConsoleAndItGetsTheLastWords(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        try (ProgramEnd program = ProgramEnd.start(shell("cat > " + log + "; echo . >> " + log))) {
            new GuestEnd(program).say("words\n");
        }
        assertEquals("words\n.\n", Files.readString(log));
    }

    @Test
    void aProgramThatEndsHoldsUpNobody() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(shell("echo bye; exit 3"))) {
            GuestEnd guest = new GuestEnd(program);
            guest.say(new byte[MUCH]);
            assertEquals("bye\n", guest.hear(4));
            assertEquals(MUCH, guest.sayAtOnce(new byte[MUCH]));
        }
    }

    @Test
    void aProgramThatIsKilledHoldsUpNobody() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(shell("echo $$; exec sleep 1000"))) {
            GuestEnd guest = new GuestEnd(program);
            guest.sayAtOnce(new byte[MUCH]);
            String first = guest.hear(2);
            while (!first.endsWith("\n")) {
                first = guest.hear(first.length() + 1);
            }
            ProcessHandle.of(Long.parseLong(first.strip())).ifPresent(ProcessHandle::destroyForcibly);
            guest.say(new byte[MUCH]);
        }
    }

    @Test
    void aProgramThatReadsNothingIsWaitedForAWhileOnly() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(List.of("sleep", "1000"), 20)) {
            new GuestEnd(program).say(new byte[MUCH]);
        }
    }

    @Test
    void aProgramThatClosesItsInputIsHeardAllTheSame() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(shell("exec <&-; sleep 0.1; echo still here; exec sleep 1000"))) {
            GuestEnd guest = new GuestEnd(program);
            guest.say(new byte[MUCH]);
            assertEquals("still here\n", guest.hear(11));
        }
    }

    @Test
    void aGuestThatReadsNothingHoldsUpTheProgramAndLosesNothing() throws Exception {
        try (ProgramEnd program = ProgramEnd.start(shell("seq 1 50000"))) {
            GuestEnd guest = new GuestEnd(program);
            StringBuilder expected = new StringBuilder();
            for (int i = 1; i <= 50_000; i++) {
                expected.append(i).append('\n');
            }
            assertEquals(expected.toString(), guest.hear(expected.length()));
        }
    }

    @Test
    void aProgramThatIsNotThereIsRefused() {
        IOException refused =
                assertThrows(IOException.class, () -> ProgramEnd.start(List.of("/no/such/program", "-x")));
        assertTrue(String.valueOf(refused.getMessage()).contains("/no/such/program"), refused.getMessage());
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }
}
