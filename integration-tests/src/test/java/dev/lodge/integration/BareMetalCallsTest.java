package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lodge.vmm.Shutdown;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("A bare-metal guest that makes each hypercall")
class BareMetalCallsTest {
    private static final int VERSION_4_17 = 4 << 16 | 17;

    @Test
    @DisplayName("gets Xen's normal answers")
    void normalAnswers() throws Exception {
        assertNormal(BareMetal.run("calls", ""));
    }

    @Test
    @DisplayName("gets the same answers through the hypercall page that it asks for by CPUID's MSR")
    void page() throws Exception {
        BareMetal guest = BareMetal.run("calls", "page");
        assumeFalse(guest.output().contains("no-page"), "this host's KVM passes no MSR on");
        assertNormal(guest);
    }

    private static void assertNormal(BareMetal guest) {
        Map<String, String> values = guest.values();
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason(), guest.output());
        assertTrue(guest.output().contains("\nfrom-console-io\n"), guest.output());
        assertEquals("-1", values.get("hypercall 35"), "sysctl is Domain 0's");
        assertEquals("-1", values.get("hypercall 36"), "domctl is Domain 0's");
        for (int number = 56; number < 64; number++) {
            assertEquals("-38", values.get("hypercall " + number), "there is no hypercall " + number);
        }
        String rest = guest.output().substring(guest.output().indexOf("xenver-version"));
        assertEquals("""
                xenver-version %d
                xenver-extraversion 0
                xenver-compile-info 0
                xenver-capabilities 0
                xenver-changeset 0
                xenver-guest-handle 0
                xenver-commandline 0
                xenver-build-id -1
                xenver-pagesize 4096
                memory-map 0
                memory-map-entries 1
                memory-map-tight -22
                current-reservation 1
                maximum-reservation 1
                reservation-of-another -1
                add-to-physmap-of-no-space -22
                from-console-io
                console-io-write 0
                console-io-read -1
                yield 0
                is-up 1
                runstate 0
                running 1
                multicall 0
                multicall-first 4096
                multicall-second -38
                multicall-third 1
                done
                """.formatted(VERSION_4_17), rest);
    }
}
