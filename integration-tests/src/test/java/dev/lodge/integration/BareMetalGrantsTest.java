package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("A bare-metal guest's grants")
class BareMetalGrantsTest {

    @Test
    @DisplayName(
            "let Domain 0 at the ring that they name, and at nothing when they lie: the front end loses its connection")
    void grants() throws Exception {
        TextConsole early = new TextConsole();
        TextConsole second = new TextConsole();
        BareMetal guest = Attack.run(BareMetal.domain("grants", "", early).console(1, second), early, null);
        assertEquals("""
                query-size 0
                query-size-status 0
                frames-may-be 64
                query-size-of-another 1
                get-version 0
                version 1
                setup-table 0
                setup-table-status 0
                setup-huge-table 0
                setup-huge-table-status 1
                place 0
                place 0
                console-granted 1
                xenstore-granted 1
                connected 4
                taken 1
                in-use 1
                stays 1
                released 1
                no-access 6
                read-only 6
                to-another 6
                frame-minus-one 6
                local-apic 6
                transfer 6
                beyond-the-table 6
                in-no-frame 6
                no-such-port 6
                console's-port 6
                ring-ahead 6
                again-at-last 4
                survived
                """, guest.output());
        assertEquals("hello by a granted ring\nstill\n", second.text());
    }
}
