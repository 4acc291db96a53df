package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsKvm
@DisplayName("A guest that storms Domain 0")
class AttackOnDomainZeroTest {
    private static final int FLOOD = 16 * 4095;

    @ParameterizedTest(name = "is bounded, and goes on: {0}")
    @CsvSource({
        "events, refused 0",
        "transactions, transactions 10",
        "watches, watches 128",
        "kinds, answered 200",
        "lengths, name 1",
    })
    void storms(String what, String expected) throws Exception {
        BareMetal guest = Attack.run("storms", what, 1);
        Attack.assertSurvived(guest);
        assertTrue(guest.output().contains(expected + "\n"), guest.output());
    }

    @Test
    @DisplayName("fills xenstore up to its quota of nodes and no further")
    void nodes() throws Exception {
        BareMetal guest = Attack.run("storms", "nodes", 1);
        Attack.assertSurvived(guest);
        assertTrue(Integer.parseInt(guest.values().get("nodes")) < 1000, guest.output());
    }

    @Test
    @DisplayName(
            "may write to its consoles without end: what the ring carries arrives, what the early console cannot hold is lost")
    void console() throws Exception {
        TextConsole early = new TextConsole();
        TextConsole first = new TextConsole();
        BareMetal guest =
                Attack.run(BareMetal.domain("storms", "console", early).console(first), early, null);
        assertEquals(FLOOD + "\nflooded\n".length(), first.text().length());
        assertTrue(guest.output().endsWith("survived\n"), guest.shutdown().toString());
    }

    @Test
    @DisplayName("loses its console, and its xenstore until it reconnects, by ring indices that cannot be")
    void ringAhead() throws Exception {
        BareMetal guest = Attack.run("storms", "ring-ahead", 1);
        assertEquals("xenstore-error 2\nreconnected 1\nname 1\nsurvived\n", guest.output());
    }

    @Test
    @DisplayName(
            "sets timers for times gone by, for no time, for the end of time, and 10,000 times; the last still comes")
    void oldTimers() throws Exception {
        BareMetal guest = Attack.run("oldtimers", "", 1);
        assertEquals("refused 0\nlast-arrived 1\nsurvived\n", guest.output());
    }
}
