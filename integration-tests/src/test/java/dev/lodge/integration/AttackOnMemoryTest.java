package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Shutdown;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A guest that has Xen's frames appear where they must not be")
class AttackOnMemoryTest {

    @Test
    @DisplayName("is refused frames beyond all memory and among the APICs, and vcpu_infos at odd places")
    void nowhere() throws Exception {
        BareMetal guest = Attack.run("placements", "", 1);
        Map<String, String> values = guest.values();
        assertTrue(guest.output().endsWith("survived\ngoes on\n"), guest.output());
        for (Map.Entry<String, String> placed : values.entrySet()) {
            String what = placed.getKey();
            if (what.equals("frame-2-34-less-1") || what.equals("last-below-4g")) {
                continue; // real addresses, with no memory yet: whether this CPU has them is its own affair
            }
            boolean refusal = placed.getValue().startsWith("-");
            assertTrue(refusal || what.startsWith("survived") || what.startsWith("goes"), placed.toString());
        }
    }

    @Test
    @DisplayName("may have all of them in one page, its own rings', and loses only those")
    void together() throws Exception {
        BareMetal guest = Attack.run("placements", "together", 1);
        assertTrue(guest.output().endsWith("survived\ngoes on\n"), guest.shutdown() + guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }

    @Test
    @DisplayName("is given only so many places")
    void everywhere() throws Exception {
        BareMetal guest = Attack.run("placements", "everywhere", 1);
        assertEquals("bounded 1\nsurvived\ngoes on\n", guest.output());
    }

    @Test
    @DisplayName("cannot have a second port for a ring")
    void sharedRing() throws Exception {
        BareMetal guest = Attack.run("placements", "shared-ring", 1);
        assertTrue(guest.output().endsWith("survived\ngoes on\n"), guest.shutdown() + guest.output());
    }

    @ParameterizedTest(name = "ruins itself and nobody else: {0}")
    @ValueSource(strings = {"page-tables", "code", "grants-on-tables"})
    void itself(String where) throws Exception {
        BareMetal guest = Attack.run("placements", where, 1, Duration.ofSeconds(10));
        // What it then takes for code may run in circles: the wall clock, say.
        if (guest.shutdown().reason() != Shutdown.Reason.DESTROYED) {
            assertEquals(Shutdown.Reason.CRASH, guest.shutdown().reason(), guest.output());
            assertNotEquals("", guest.shutdown().detail());
        }
    }
}
