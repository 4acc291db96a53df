package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsKvm
@DisplayName("A bare-metal guest's CPUs")
class BareMetalCpusTest {

    @ParameterizedTest(name = "start, {0} of them, by INIT and SIPI ({1}), and interrupt each other")
    @CsvSource({"2, xapic", "2, x2apic", "4, xapic", "4, x2apic"})
    void start(int cpus, String apic) throws Exception {
        TextConsole console = new TextConsole();
        String commandLine = cpus + " " + apic;
        BareMetal guest =
                BareMetal.run(BareMetal.domain("smp", commandLine, console).vcpus(cpus), console);
        StringBuilder expected = new StringBuilder("settled 0 0\nup-before 1 0\n");
        for (int cpu = 1; cpu < cpus; cpu++) {
            for (String line : new String[] {"up # 1", "sent # 0", "upcalls # 1", "ipis # 1"}) {
                expected.append(line.replace("#", "" + cpu)).append('\n');
            }
        }
        expected.append("up ").append(cpus).append(" -2\ndone\n");
        assertEquals(expected.toString(), guest.output());
    }

    @Test
    @DisplayName("wake each other from their sleep again and again, by events and by their local APICs")
    void wakeEachOther() throws Exception {
        TextConsole console = new TextConsole();
        BareMetal guest = BareMetal.run(BareMetal.domain("ipis", "50", console).vcpus(2), console);
        assertTrue(guest.output().endsWith("done\n"), guest.output());
        for (String way : new String[] {"event-round-trip", "lapic-round-trip"}) {
            assertTrue(Long.parseLong(guest.values().get(way)) > 0, guest.output());
        }
    }
}
