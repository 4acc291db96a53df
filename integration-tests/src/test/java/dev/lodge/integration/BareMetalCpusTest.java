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
    @DisplayName("start by VCPUOP_initialise in 64-bit and in 32-bit mode, and bad contexts start none")
    void initialise() throws Exception {
        assertEquals("""
                tried 33
                refused 33
                up-too-early -22
                no-such-cpu -2
                bad-pointer -14
                the-first -17
                second 0
                again -17
                waits 1
                second-rdi 4660
                second-rsi 1
                second-up 1
                second-itself -17
                third 0
                third-up 0
                up 0
                third-registers 8
                third-again -17
                survived
                """, initialised("modes", 3));
    }

    @Test
    @DisplayName("are not initialised once SIPI has started them, but after INIT alone or VCPUOP_down they are")
    void initialiseOrSipi() throws Exception {
        assertEquals("""
                started -17
                reset-only 0
                up 0
                down 0
                stopped-before 0
                still-down 0
                up-at-last 1
                survived
                """, initialised("lapic", 4));
    }

    @Test
    @DisplayName("initialise another at once, and one of them wins")
    void initialiseAtOnce() throws Exception {
        assertEquals("up 0\n".repeat(6) + "won 6\nlate 6\nsurvived\n", initialised("race", 8));
    }

    private static String initialised(String how, int cpus) throws Exception {
        TextConsole console = new TextConsole();
        return BareMetal.run(BareMetal.domain("initialise", how, console).vcpus(cpus), console)
                .output();
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
