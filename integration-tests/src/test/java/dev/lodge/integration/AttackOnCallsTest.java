package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A guest that attacks by its hypercalls")
class AttackOnCallsTest {

    @Test
    @DisplayName("gets EFAULT for arguments that run off good memory, and through page tables that lead nowhere")
    void pointers() throws Exception {
        BareMetal guest = Attack.run("pointers", "", 1);
        Attack.assertSurvived(guest);
        for (String line : guest.output().lines().toList()) {
            boolean ownMemory = line.startsWith("good ")
                    || line.startsWith("read-only ")
                    || line.startsWith("isa-hole ") // memory, though the map does not say so
                    || line.startsWith("recursive")
                    || line.equals("survived");
            assertTrue(ownMemory || line.endsWith(" ok 0 other 0"), line);
        }
        assertTrue(guest.output().contains("good efault 0 "), guest.output());
        assertTrue(guest.output().contains("recursive-writes 1\n"), guest.output());
    }

    @Test
    @DisplayName("gets an answer to every number, operation and count, however far out of range")
    void ranges() throws Exception {
        BareMetal guest = Attack.run("ranges", "", 1);
        Attack.assertSurvived(guest);
        assertTrue(Integer.parseInt(guest.values().get("calls")) > 10_000, guest.output());
    }

    @Test
    @DisplayName("cannot nest multicalls, nor gain by lists that rewrite themselves or never end")
    void multicalls() throws Exception {
        BareMetal guest = Attack.run("multicalls", "", 1);
        assertEquals("""
                nested 0
                nested-refused -22
                after-nested 4096
                rewrites-the-next 0
                rewritten -38
                third 4096
                rewrites-itself 0
                itself 0
                none 0
                none-anywhere 0
                minus-one -22
                2-63 -22
                2-32 -22
                not-mapped -14
                crosses-the-end -14
                read-only -14
                to-the-end-of-ram -14
                last-done 1
                survived
                """, guest.output());
    }

    @ParameterizedTest(name = "gains nothing by changing an argument while it is read: {0}")
    @ValueSource(strings = {"port", "poll", "frame", "tables", "console", "store", "multicall"})
    void race(String what) throws Exception {
        BareMetal guest = Attack.run("race", what, 2);
        Attack.assertSurvived(guest);
        Map<String, String> values = guest.values();
        assertEquals(3000, Integer.parseInt(values.get("went-well")) + Integer.parseInt(values.get("refused")));
    }
}
