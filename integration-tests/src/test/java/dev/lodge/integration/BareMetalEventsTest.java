package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("A bare-metal guest's event channels")
class BareMetalEventsTest {

    @Test
    @DisplayName("answer each operation, and set the bits in shared_info, as the 2-level ABI says")
    void twoLevel() throws Exception {
        assertEquals("""
                console-port-waits -22
                console-port-status 2
                status-unbound 1
                send-unbound 0
                bound 1
                status-interdomain 2
                pending-when-bound 1
                bind-again -22
                send 0
                arrived 1
                not-at-the-sender 0
                close 0
                status-closed 0
                far-end-waits-again 1
                close-again -22
                close-far-end 0
                send-closed -22
                bind-missing-domain -3
                bind-domain-0 -22
                bind-port-0 -22
                status-virq 4
                virq-again -17
                virq-moved -22
                virq-of-no-vcpu -2
                no-virq -22
                close-virq 0
                virq-after-close 1
                status-ipi 5
                move-ipi -22
                send-ipi 0
                pending-behind-mask 1
                told-behind-mask 0
                unmask 0
                told-after-unmask 1
                selector-names-word 1
                waited-in-vain 0
                waited 1
                bind-pirq 0
                alloc-for-another -1
                status-of-another -1
                no-such-operation -38
                masked-at-first 0
                ports-run-out -28
                last-port 4095
                many 1
                last-port-pending 1
                reset 0
                status-after-reset 0
                port-after-reset 1
                done
                """, BareMetal.run("events", "").output());
    }

    @Test
    @DisplayName("come by the FIFO ABI in order and by priority, and lies in its links harm nobody")
    void fifo() throws Exception {
        BareMetal guest = Attack.run("fifo", "", 1);
        assumeFalse(guest.output().equals("fifo none\n"), "events are KVM's here, which has the 2-level ABI only");
        assertEquals("""
                init-control 0
                link-bits 17
                init-control-odd 1
                init-control-nowhere 1
                init-control-of-nobody 1
                expand-nowhere 1
                expand 0
                kept-pending 1
                told 1
                ready 1
                in-order 1
                then-none 1
                set-priority 0
                priority-beyond 1
                by-priority 1
                masked-pending 1
                unmasked-linked 1
                survived
                """, guest.output());
    }

    @Test
    @DisplayName("interrupt all of its CPUs by one vector, past their local APICs, if it asks for that")
    void callback() throws Exception {
        TextConsole console = new TextConsole();
        BareMetal guest =
                BareMetal.run(BareMetal.domain("callback", "", console).vcpus(2), console);
        assertEquals("""
                set 0
                send-with-interrupts-off 0
                not-yet 0
                send-with-interrupts-on 0
                called-back 1
                woken-by-timer 1
                back-and-forth 1
                ipis-between 1
                by-an-own-vector 0
                none-for-all 0
                by-the-old-one 0
                done
                """, guest.output());
    }
}
