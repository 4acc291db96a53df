package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Shutdown;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("A bare-metal guest's hypercall arguments")
class BareMetalPagingTest {
    private static final long MORE_THAN_1_GIB = 1152L << 20;

    @Test
    @DisplayName("are found in each shape of page that the CPU has, and across the ends of each")
    void shapes() throws Exception {
        TextConsole console = new TextConsole();
        BareMetal guest = BareMetal.run(BareMetal.domain("paging", "", console).memory(MORE_THAN_1_GIB), console);
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason(), guest.output());
        List<String> lines = guest.output().lines().toList();
        assertEquals("levels 4", lines.getFirst());
        assertEquals("done", lines.getLast());
        for (String line : lines.subList(1, lines.size() - 1)) {
            boolean asExpected = line.endsWith(" 16 0") || line.endsWith(" none") || line.equals("levels 5");
            assertTrue(asExpected, line + " in\n" + guest.output());
        }
        assertTrue(lines.contains("4k-to-4k 16 0") && lines.contains("2m-to-2m 16 0"), guest.output());
    }
}
