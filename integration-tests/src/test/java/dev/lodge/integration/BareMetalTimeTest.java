package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A bare-metal guest's time")
class BareMetalTimeTest {

    @Test
    @DisplayName("comes as VIRQ_TIMER, not too early, by each way to ask for it")
    void timers() throws Exception {
        BareMetal guest = BareMetal.run("timers", "");
        boolean byKvm = guest.statistics().hypercallPath().equals("kvm-xen"); // whose errors differ (decision 9)
        assertEquals("""
                set-timer-op 0
                set-timer-op-arrived 1
                one-shot 0
                one-shot-arrived 1
                one-shot-past-with-flag %d
                one-shot-past 0
                one-shot-past-arrived 1
                one-shot-of-another %d
                one-shot-stopped 0
                one-shot-replaced-arrived 1
                periodic 0
                periodic-arrived 1
                periodic-arrived 1
                periodic-arrived 1
                periodic-stopped 0
                silent 1
                periodic-too-fast -22
                poll-timed-out 1
                poll-not-too-early 1
                set-timer-op-stopped 0
                done
                """.formatted(byKvm ? 0 : -62, byKvm ? -22 : -2), guest.output());
    }

    @ParameterizedTest(name = "never goes backwards on {0} CPUs, and runs")
    @ValueSource(ints = {1, 2})
    void clock(int cpus) throws Exception {
        TextConsole console = new TextConsole();
        BareMetal guest =
                BareMetal.run(BareMetal.domain("clock", "" + cpus, console).vcpus(cpus), console);
        assertEquals("""
                backwards 0
                version-even 1
                agrees 1
                runs 1
                this-century 1
                done
                """, guest.output());
    }
}
