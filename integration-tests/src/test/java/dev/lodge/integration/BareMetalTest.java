package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A bare-metal guest")
class BareMetalTest {
    private static final String EFAULT = "-14";
    private static final String ENOSYS = "-38";

    @Test
    @DisplayName("says hello on the early console's port and by console_io, in order, and powers off")
    void hello() throws Exception {
        BareMetal guest = BareMetal.run("hello", "");
        assertEquals("hello from port 0xe9\nhello from console_io\n", guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }

    @Test
    @DisplayName("has each of its port accesses counted as an exit, and no more")
    void exits() throws Exception {
        long without = BareMetal.run("exits", "0").statistics().counts().totalExits();
        long with = BareMetal.run("exits", "5000").statistics().counts().totalExits();
        assertEquals(5000, with - without);
    }

    @Test
    @DisplayName("has each of its hypercalls counted under its name")
    void hypercalls() throws Exception {
        Map<String, Long> counted =
                BareMetal.run("hypercalls", "3000").statistics().counts().hypercalls();
        assertEquals(3000L, counted.get("xen_version"));
        assertEquals(1L, counted.get("sched_op"));
    }

    @ParameterizedTest(name = "has 50,000 {0} served without a byte being allocated")
    @ValueSource(strings = {"exits", "hypercalls", "sends", "sends masked", "sends fifo"})
    void allocation(String guest) throws Exception {
        assertEquals(0, Allocation.bytes(guest));
    }

    @Test
    @DisplayName("sees Xen 4.17's leaves and version, and is told of what is not there")
    void version() throws Exception {
        Map<String, String> seen = BareMetal.run("version", "").values();
        assertAll(
                seen.toString(),
                () -> assertEquals("XenVMMXenVMM", seen.get("signature")),
                () -> assertEquals("0x40000000", seen.get("leaf-base")),
                () -> assertEquals("0", seen.get("features-result")),
                () -> assertEquals(seen.get("leaf-version"), seen.get("version")),
                () -> assertNotEquals("0x0", seen.get("version")),
                () -> assertEquals(ENOSYS, seen.get("no-such-subfunction")),
                () -> assertEquals(ENOSYS, seen.get("no-such-hypercall")));
    }

    @Test
    @DisplayName("finds its memory, command line and ACPI tables where it is told that they are")
    void memory() throws Exception {
        BareMetal guest = BareMetal.run("memory", "some words 42");
        List<String> ram =
                guest.output().lines().filter(line -> line.endsWith(" 1 holds")).toList();
        assertAll(
                guest.output(),
                () -> assertTrue(guest.output().contains("magic ok\n")),
                () -> assertTrue(guest.output().contains("cmdline some words 42\n")),
                () -> assertTrue(guest.output().contains("rsdp ok\n")),
                () -> assertTrue(ram.size() >= 2),
                () -> assertTrue(!guest.output().contains("-lost")));
    }

    @Test
    @DisplayName("gets EFAULT for hypercall arguments that are not its memory, and goes on")
    void wild() throws Exception {
        BareMetal guest = BareMetal.run("wild", "");
        assertTrue(guest.output().endsWith("survived\n"), guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
        for (Map.Entry<String, String> call : guest.values().entrySet()) {
            String key = call.getKey();
            if (key.endsWith(" good")) {
                assertEquals("0", call.getValue(), key);
            } else if (!key.equals("survived") && !key.equals("extraversion straddling")) {
                assertEquals(EFAULT, call.getValue(), key + " in\n" + guest.output());
            }
        }
    }

    @Test
    @DisplayName("that faults without a handler crashes, and the reason says where")
    void crash() throws Exception {
        BareMetal guest = BareMetal.run("crash", "");
        assertEquals("crashing\n", guest.output());
        assertEquals(Shutdown.Reason.CRASH, guest.shutdown().reason());
        TripleFault.assertTold(guest.shutdown().detail(), 0);
        RegisterDump registers = guest.shutdown().registers();
        assertNotNull(registers);
        TripleFault.assertShown(registers.lines().getFirst(), 0);
        assertTrue(registers.lines().size() <= 6 && !registers.text().contains("\n\n"), registers.text());
    }

    @Test
    @DisplayName("that runs, sleeps or waits in a hypercall shows its registers to whoever asks, and goes on")
    void registers() throws Exception {
        TextConsole console = new TextConsole();
        try (Domain domain =
                TimeLimit.watch(BareMetal.domain("spin", "", console).vcpus(2).start())) {
            console.await("spinning");
            for (int i = 0; i < 10; i++) {
                List<RegisterDump> registers = domain.registers();
                assertEquals(2, registers.size());
                assertTrue(registers.get(0).text().contains("cs:rip 0008:000000000010"), registers.toString());
            }
            assertNull(domain.shutdown());
        }
        try (Bystander polling = new Bystander()) {
            assertTrue(polling.registers().contains("cs:rip 0008:000000000010"), polling.registers());
            polling.assertUnharmed();
        }
    }

    @Test
    @DisplayName("that never stops is ended by destroy, from any thread, and await tells so")
    void spin() throws Exception {
        TextConsole console = new TextConsole();
        try (Domain domain =
                TimeLimit.watch(BareMetal.domain("spin", "", console).start())) {
            console.await("spinning");
            assertNull(domain.await(Duration.ofMillis(50)));
            new Thread(domain::destroy).start();
            assertEquals(Shutdown.Reason.DESTROYED, domain.await().reason());
            domain.destroy();
            assertEquals(Shutdown.Reason.DESTROYED, domain.await().reason());
        }
    }

    @Test
    @DisplayName("that never stops is ended by close alone")
    void closed() throws Exception {
        TextConsole console = new TextConsole();
        Domain domain = TimeLimit.watch(BareMetal.domain("spin", "", console).start());
        console.await("spinning");
        domain.close();
        domain.close();
        assertEquals(new Shutdown(Shutdown.Reason.DESTROYED, ""), domain.shutdown());
    }

    @Test
    @DisplayName("shares this process with another, which its crash does not touch")
    void twoDomains() throws Exception {
        TextConsole console = new TextConsole();
        try (Domain spinning =
                TimeLimit.watch(BareMetal.domain("spin", "", console).start())) {
            console.await("spinning");
            BareMetal crashed = BareMetal.run("crash", "");
            BareMetal greeted = BareMetal.run("hello", "");
            assertEquals(Shutdown.Reason.CRASH, crashed.shutdown().reason());
            assertEquals(Shutdown.Reason.POWEROFF, greeted.shutdown().reason());
            assertNull(spinning.shutdown());
        }
    }

    @Test
    @DisplayName("ends with its other three CPUs never started")
    void fourVcpus() throws Exception {
        TextConsole console = new TextConsole();
        BareMetal guest = BareMetal.run(BareMetal.domain("hello", "", console).vcpus(4), console);
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }

    @ParameterizedTest(name = "cannot have {0} CPUs")
    @ValueSource(ints = {-1, 0, 65, 10_000, Integer.MAX_VALUE})
    void wrongCpus(int count) {
        BootException refused =
                assertThrows(BootException.class, () -> Lodge.domain().vcpus(count));
        assertTrue(String.valueOf(refused.getMessage()).contains("give it 1 to 64"), refused.getMessage());
    }

    @ParameterizedTest(name = "cannot have {0} bytes of memory")
    @ValueSource(longs = {Long.MIN_VALUE, -4096, 0, 4096, (1L << 20) + 1, (32L << 20) + 1, Long.MAX_VALUE})
    void wrongMemory(long bytes) throws Exception {
        var domain = Lodge.domain().kernel(TestGuests.path("hello")).memory(bytes);
        BootException refused = assertThrows(BootException.class, domain::start);
        assertTrue(String.valueOf(refused.getMessage()).contains("memory"), refused.getMessage());
    }
}
