package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsVirtualisation
@DisplayName("Debian's unmodified kernel")
class LinuxBootTest {
    private static final CommandResult SUCCESS = new CommandResult.Exited(0);

    @ParameterizedTest(name = "{0} boots as a Xen guest, runs a command and powers off")
    @ValueSource(strings = {Checkout.CLOUD_6_1, Checkout.GENERIC_6_1, Checkout.CLOUD_6_12})
    void boots(String version) throws Exception {
        Path kernel = Checkout.kernel(version);
        LinuxGuest.Outcome guest = new LinuxGuest(kernel).run("uname -r; cat /sys/hypervisor/type; echo err >&2");
        assertAll(
                guest.toString(),
                () -> assertEquals(SUCCESS, guest.result()),
                () -> assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason()),
                () -> assertEquals(kernel.getFileName().toString().substring(8) + "\nxen\n", guest.stdout()),
                () -> assertEquals("err\n", guest.stderr()));
    }

    @Test
    @DisplayName("has its way to /init counted, and its stages noted in order")
    void statistics() throws Exception {
        Statistics statistics =
                new LinuxGuest(Checkout.kernel(Checkout.CLOUD_6_1)).run("true").statistics();
        assertNotNull(statistics.countsAtInit());
        assertTrue(statistics.countsAtInit().totalExits() > 100, statistics.toString());
        assertTrue(statistics.countsAtInit().totalExits() < statistics.counts().totalExits(), statistics.toString());
        assertTrue(statistics.counts().eventsSent() > 0 && statistics.counts().eventsReceived() > 0);
        List<String> stages =
                statistics.timeline().stream().map(Statistics.Event::name).toList();
        assertEquals(
                List.of(
                        "vm created",
                        "kernel loaded",
                        "first instruction",
                        "xenstore connected",
                        "init",
                        "command",
                        "ended"),
                stages);
    }

    @ParameterizedTest(name = "brings {0} CPUs up, and each does its part")
    @ValueSource(ints = {2, 4})
    void vcpus(int count) throws Exception {
        LinuxGuest.Outcome guest = new LinuxGuest(Checkout.kernel(Checkout.CLOUD_6_1))
                .vcpus(count)
                .run("nproc; for cpu in $(seq 0 " + (count - 1) + "); do taskset -c $cpu true || exit 1; done");
        assertEquals(count + "\n", guest.stdout(), guest.toString());
        assertEquals(SUCCESS, guest.result(), guest.toString());
    }

    @Test
    @DisplayName("boots from its unpacked ELF file, vmlinux, too")
    void vmlinux(@TempDir Path directory) throws Exception {
        Path vmlinux = directory.resolve("vmlinux");
        Files.write(vmlinux, CompressedKernel.unpack(Checkout.kernel(Checkout.CLOUD_6_1)));
        LinuxGuest.Outcome guest = new LinuxGuest(vmlinux).run("cat /sys/hypervisor/type");
        assertEquals("xen\n", guest.stdout(), guest.toString());
    }

    @Test
    @DisplayName("tells of its boot by earlyprintk=xen from its first line on")
    void earlyConsole() throws Exception {
        LinuxGuest.Outcome guest = new LinuxGuest(Checkout.kernel(Checkout.CLOUD_6_1))
                .commandLine("earlyprintk=xen,keep panic=-1")
                .run("true");
        assertTrue(guest.console().contains("Linux version 6.1"), guest.console());
        assertTrue(guest.console().contains("Hypervisor detected: Xen HVM"), guest.console());
    }

    @Test
    @DisplayName("knows the time of day, and its second is the host's")
    void time() throws Exception {
        TimedLines lines = new TimedLines();
        long before = Instant.now().getEpochSecond();
        LinuxGuest.Outcome guest = new LinuxGuest(Checkout.kernel(Checkout.CLOUD_6_1))
                .stdout(lines)
                .run("date +%s; cat /proc/uptime; sleep 1; cat /proc/uptime");
        long after = Instant.now().getEpochSecond();
        assertEquals(3, lines.count(), guest.toString());
        long date = Long.parseLong(lines.text(0));
        assertTrue(date >= before - 1 && date <= after + 1, before + " <= " + date + " <= " + after);
        double slept = uptime(lines.text(2)) - uptime(lines.text(1));
        double measured = lines.seconds(2) - lines.seconds(1);
        assertTrue(slept >= 1 && slept < 5, "sleep 1 took " + slept + " s");
        assertEquals(measured, slept, 1, "the guest's clock against the host's");
    }

    @Test
    @DisplayName("that reboots ends so, without a status for its command")
    void reboot() throws Exception {
        LinuxGuest.Outcome guest = new LinuxGuest(Checkout.kernel(Checkout.CLOUD_6_1)).run("reboot -f; sleep 1000");
        assertEquals(Shutdown.Reason.REBOOT, guest.shutdown().reason());
        assertInstanceOf(CommandResult.Unfinished.class, guest.result());
    }

    private static double uptime(String line) {
        return Double.parseDouble(line.substring(0, line.indexOf(' ')));
    }
}
