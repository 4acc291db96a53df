package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Shutdown;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("Domains with event channels to each other")
class AttackOnNeighboursTest {
    private static final int NEIGHBOURS = 12;

    @Test
    @DisplayName("end under each other's hands, in the middle of sending, and harm none that goes on")
    void endings() throws Exception {
        TextConsole console = new TextConsole();
        try (Domain offering =
                TimeLimit.watch(BareMetal.domain("neighbours", "offer", console).start())) {
            console.await("offering");
            for (int i = 0; i < NEIGHBOURS; i++) {
                String whom = "storm " + offering.id().value();
                BareMetal neighbour = BareMetal.run("neighbours", whom);
                assertEquals("bound 1\n", neighbour.output());
                assertEquals(Shutdown.Reason.POWEROFF, neighbour.shutdown().reason());
                assertNull(offering.shutdown());
            }
        }
    }
}
