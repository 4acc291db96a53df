package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.guest.TestGuests;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@NeedsKvm
@Tag("refusal")
@DisplayName("lodge run, of a guest that")
class CrashReportTest {
    private static final int REGISTER_LINES = 6;

    @Test
    @DisplayName("crashed, shows the console's last lines, the registers, and the reason in one line")
    void crash() throws Exception {
        String kernel = TestGuests.path("crash").toString();
        LodgeProgram.Result result = LodgeProgram.run("run", "--force", "-k", kernel, "--", "true");
        assertEquals(125, result.status(), result.toString());
        assertEquals("", result.stdout());
        List<String> lines = result.stderr().lines().toList();
        assertEquals(1 + REGISTER_LINES + 1, lines.size(), result.stderr());
        assertEquals("crashing", lines.getFirst());
        TripleFault.assertShown(lines.get(1), 0);
        String reason = "lodge: the guest crashed: ";
        assertTrue(lines.getLast().startsWith(reason), result.stderr());
        TripleFault.assertTold(lines.getLast().substring(reason.length()), 0);
    }

    @Test
    @DisplayName("hangs till its time is up, shows where, if it is to be verbose")
    void hang() throws Exception {
        String kernel = TestGuests.path("asleep").toString();
        LodgeProgram.Result result =
                LodgeProgram.run("run", "-v", "--force", "--timeout", "2", "-k", kernel, "--", "true");
        assertEquals(124, result.status(), result.toString());
        assertTrue(result.stderr().contains("\nvCPU 0: cs:rip 0008:"), result.stderr());
        assertTrue(result.stderr().endsWith("its time was up (--timeout)\n"), result.stderr());
    }
}
