package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.Shutdown;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@NeedsKvm
@Tag("kvm")
@DisplayName("32-bit code on a bare machine")
class BareMetalWidthTest {

    @Test
    @DisplayName("that is a kernel of its own has its structures in the form of Xen's headers for it")
    void narrow() throws Exception {
        BareMetal guest = BareMetal.run("narrow", "");
        assertEquals("""
                version 4
                extraversion 0
                -lodge
                platform-parameters-are-one-word 1
                by-page 4096
                memory-map 0
                starts-at-0 1
                decrease 2
                populate 2
                shared-info 0
                wall-clock 1
                time 1
                send 0
                pending 1
                selected 1
                flagged 1
                poll 0
                masked 1
                unmasked 1
                set-timer 0
                timer-fired 1
                runstate 0
                running 1
                no-further 1
                setup-table 1
                copy 0
                copied 1
                bad-copy -9
                multicall 0
                first 4096
                second -38
                nowhere -14
                """, guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }

    @Test
    @DisplayName(
            "in a 64-bit kernel's compatibility mode has its arguments taken as such, and the kernel's structures left as they are")
    void compatibility() throws Exception {
        BareMetal guest = BareMetal.run("compatibility", "");
        assertEquals("""
                extraversion 0
                -lodge
                platform-parameters-are-one-word 1
                strange -38
                nowhere -14
                send 0
                pending-where-64-bit-code-looks 1
                """, guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }
}
