package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Shutdown;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A guest that attacks by what it does to its CPUs and to devices that are not there")
class AttackOnDevicesTest {

    @ParameterizedTest(name = "goes on, or crashes alone where KVM cannot emulate it: {0}")
    @ValueSource(strings = {"ports", "strings", "msrs", "holes", "lapic"})
    void devices(String how) throws Exception {
        assertSurvivedOrCouldNotBeEmulated(Attack.run("devices", how, 1));
    }

    /** It writes over its console's ring, too, so what it says need not arrive. */
    @Test
    @DisplayName("goes on when it writes over ACPI's tables, Xen's special pages and the ISA hole")
    void rom() throws Exception {
        BareMetal guest = Attack.run("devices", "rom", 1);
        assertEquals(
                Shutdown.Reason.POWEROFF,
                guest.shutdown().reason(),
                guest.shutdown().detail());
    }

    @Test
    @DisplayName("crashes alone when it executes where no memory is")
    void fetch() throws Exception {
        BareMetal guest = Attack.run("devices", "fetch", 1);
        assertEquals(Shutdown.Reason.CRASH, guest.shutdown().reason());
        assertTrue(
                guest.shutdown().detail().contains("0xfed00000"),
                guest.shutdown().detail());
    }

    @ParameterizedTest(name = "goes on: {0}")
    @ValueSource(strings = {"loop", "loop x2apic", "nobody", "nobody x2apic", "gone", "gone x2apic"})
    void starts(String how) throws Exception {
        Attack.assertSurvived(Attack.run("starts", how, 2));
    }

    @Test
    @DisplayName("crashes as a whole when its second CPU faults, and the reason names that CPU")
    void secondFaults() throws Exception {
        BareMetal guest = Attack.run("starts", "fault", 2);
        assertEquals(Shutdown.Reason.CRASH, guest.shutdown().reason());
        TripleFault.assertTold(guest.shutdown().detail(), 1);
    }

    @Test
    @DisplayName("crashes as a whole when it has its second CPU begin without page tables")
    void lost() throws Exception {
        BareMetal guest = Attack.run("initialise", "lost", 2);
        assertEquals("initialised 0\n", guest.output());
        assertEquals(Shutdown.Reason.CRASH, guest.shutdown().reason());
        TripleFault.assertTold(guest.shutdown().detail(), 1);
    }

    /** What becomes of a CPU that begins with such registers is its own affair, but it must not be Lodge's. */
    @ParameterizedTest(
            name = "goes on, or crashes alone, when it has its second CPU begin with registers set at random: {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void wild(int seed) throws Exception {
        BareMetal guest = Attack.run("initialise", "wild " + seed, 2, Duration.ofSeconds(5));
        if (guest.shutdown().reason() == Shutdown.Reason.POWEROFF) {
            Attack.assertSurvived(guest);
        }
    }

    /** Where a reset CPU without firmware ends is KVM's affair: it hangs, or cannot go on. */
    @ParameterizedTest(name = "can be ended after it has reset its CPUs: {0}")
    @ValueSource(strings = {"itself", "everybody"})
    void resets(String whom) throws Exception {
        BareMetal guest = Attack.run("starts", whom, 2, Duration.ofSeconds(2));
        assertTrue(
                guest.shutdown().reason() == Shutdown.Reason.DESTROYED
                        || guest.shutdown().reason() == Shutdown.Reason.CRASH,
                guest.shutdown().toString());
    }

    @Test
    @DisplayName("can be ended when it sleeps for ever with interrupts off")
    void asleep() throws Exception {
        BareMetal guest = Attack.run("asleep", "", 1, Duration.ofSeconds(1));
        assertEquals(Shutdown.Reason.DESTROYED, guest.shutdown().reason());
        assertEquals("asleep\n", guest.output());
    }

    @Test
    @DisplayName("is answered at every leaf of CPUID, with Xen's and without KVM's")
    void leaves() throws Exception {
        assertEquals("""
                basic-leaves 1
                extended-leaves 1
                xen-leaves 4
                hypervisor-bit 1
                x2apic-bit 1
                own-number 0
                kvm 0
                summed 1
                survived
                """, Attack.run("leaves", "", 1).output());
    }

    private static void assertSurvivedOrCouldNotBeEmulated(BareMetal guest) {
        if (guest.shutdown().reason() == Shutdown.Reason.CRASH) {
            assertTrue(
                    guest.shutdown().detail().startsWith("KVM cannot emulate"),
                    guest.shutdown().detail());
        } else {
            Attack.assertSurvived(guest);
        }
    }
}
