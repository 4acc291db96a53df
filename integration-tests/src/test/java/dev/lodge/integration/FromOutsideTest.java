package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.XenstoreSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host does to a running guest through xenstore, and what it sees there. */
@NeedsVirtualisation
@DisplayName("A running Linux guest")
class FromOutsideTest {
    private static final long MIB = 1 << 20;

    @Test
    @DisplayName("gives memory back to the host when asked, and takes it again")
    void ballooning() throws Exception {
        String fill = "dd if=/dev/zero of=/fill bs=1M count=150 2>/dev/null; rm /fill; echo filled; sleep 1000";
        try (var guest = new RunningGuest(Checkout.CLOUD_6_1, builder -> builder.memory(320 * MIB), fill)) {
            guest.awaitLine("filled");
            assertEquals(320 * MIB, guest.domain.memory());
            long before = residentBytes();

            guest.domain.setMemoryTarget(220 * MIB);
            guest.await(() -> guest.domain.memory() <= 221 * MIB, "100 MiB less");
            long freed = before - residentBytes();
            assertTrue(freed > 50 * MIB, "only " + freed / MIB + " MiB of 100 were freed, of which 150 had been used");

            guest.domain.setMemoryTarget(320 * MIB);
            guest.await(() -> guest.domain.memory() >= 319 * MIB, "100 MiB more");
        }
    }

    @Test
    @DisplayName("takes CPUs off line and on line when asked")
    void hotplug() throws Exception {
        // The kernel makes a new CPU known; to use it is for udev to decide, of whose rule this is the gist.
        String script = """
                cd /sys/devices/system/cpu
                while true; do
                    for cpu in cpu[1-9]/online; do [ ! -e $cpu ] || [ $(cat $cpu) = 1 ] || echo 1 >$cpu; done 2>/dev/null
                    now=$(cat online); [ "$now" = "$last" ] || echo "cpus $now"; last=$now
                done
                """;
        try (var guest =
                new RunningGuest(Checkout.CLOUD_6_1, builder -> builder.vcpus(2).maxVcpus(4), script)) {
            guest.awaitLine("cpus 0-1");
            guest.domain.setVcpus(4);
            guest.awaitLine("cpus 0-3");
            guest.domain.setVcpus(1);
            guest.awaitLine("cpus 0");
            guest.domain.setVcpus(3);
            guest.awaitLine("cpus 0-2");
        }
    }

    @Test
    @DisplayName("takes its own CPUs off line and on line")
    void fromInside() throws Exception {
        String script =
                "cd /sys/devices/system/cpu; for i in 1 2 3; do echo 0 >cpu1/online; cat online; echo 1 >cpu1/online;"
                        + " taskset -c 1 cat online; done; sleep 1000";
        try (var guest = new RunningGuest(Checkout.CLOUD_6_1, builder -> builder.vcpus(2), script)) {
            guest.await(() -> guest.said().equals("0\n0-1\n0\n0-1\n0\n0-1\n"), "CPU 1 going and coming three times");
        }
    }

    @Test
    @DisplayName("is shown by Debian's xenstore-ls as xl's are")
    void xenstoreLs(@TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/xenstore-ls")), "xenstore-utils is not installed");
        try (var guest = new RunningGuest(Checkout.CLOUD_6_1, builder -> builder, "echo up; sleep 1000");
                XenstoreSocket socket = Lodge.xenstoreSocket(directory.resolve("xs"))) {
            guest.awaitLine("up");
            String home = "/local/domain/" + guest.domain.id();
            List<String> lines = xenstoreLs(socket, home);
            for (String line : List.of(
                    "/name = \"ref\"   (n0,rN)",
                    "/cpu/0/availability = \"online\"   (n0,rN)",
                    "/memory/static-max = \"262144\"   (n0,rN)",
                    "/memory/target = \"262144\"   (n0,rN)",
                    "/memory/videoram = \"0\"   (n0,rN)",
                    "/device/suspend/event-channel = \"\"   (nN)",
                    "/control/shutdown = \"\"   (nN)",
                    "/control/feature-poweroff = \"1\"   (nN)",
                    "/control/feature-reboot = \"1\"   (nN)",
                    "/control/platform-feature-multiprocessor-suspend = \"1\"   (n0,rN)",
                    "/data = \"\"   (nN)",
                    "/domid = \"N\"   (n0,rN)",
                    "/store/port = \"1\"   (n0,rN)",
                    "/store/ring-ref = \"1044476\"   (n0,rN)",
                    "/console/backend = \"/local/domain/0/backend/console/N/0\"   (n0,rN)",
                    "/console/port = \"2\"   (n0,rN)",
                    "/console/ring-ref = \"1044479\"   (n0,rN)")) {
                String expected = home + line.replace("N", guest.domain.id().toString());
                assertTrue(lines.contains(expected), () -> expected + " is not in\n" + String.join("\n", lines));
            }
        }
    }

    @Test
    @DisplayName("has memory beyond 4 GiB")
    void muchMemory() throws Exception {
        String script = "grep MemTotal /proc/meminfo | tr -dc 0-9; echo; sleep 1000";
        try (var guest = new RunningGuest(Checkout.CLOUD_6_1, builder -> builder.memory(5L << 30), script)) {
            guest.await(() -> guest.said().endsWith("\n"), "a figure");
            long kib = Long.parseLong(guest.said().strip());
            assertTrue(kib > 4_800_000 && kib < 5_242_880, kib + " KiB of 5 GiB");
        }
    }

    private static List<String> xenstoreLs(XenstoreSocket socket, String path)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("xenstore-ls", "-fp", path).redirectErrorStream(true);
        builder.environment().put("XENSTORED_PATH", socket.path().toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    /** This process's anonymous memory, all guests' included. */
    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new AssertionError("no RssAnon in /proc/self/status");
    }
}
