package dev.lodge.vmm.network.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasstTest {

    @Test
    void forwardsOfAProtocolAreOneOption() {
        List<String> command = Passt.command(
                "passt",
                Path.of("/tmp/x/s"),
                false,
                List.of(
                        new PortForward(8080, 80, false),
                        new PortForward(5353, 53, true),
                        new PortForward(2222, 22, false)));
        assertEquals("8080:80,2222:22", command.get(command.indexOf("--tcp-ports") + 1));
        assertEquals("5353:53", command.get(command.indexOf("--udp-ports") + 1));
        assertEquals("/tmp/x/s", command.get(command.indexOf("--socket") + 1));
        assertTrue(command.contains("--one-off"), "so that it never outlives its guest");
        assertFalse(Passt.command("passt", Path.of("/s"), false, List.of()).contains("--tcp-ports"));
    }

    @Test
    void bothVersionsHaveAddressesWhereTheHostHasBoth() {
        List<String> four = Passt.command("passt", Path.of("/s"), false, List.of());
        assertTrue(four.contains("--ipv4-only"));
        assertFalse(four.contains(Passt.ADDRESS6));
        List<String> both = Passt.command("passt", Path.of("/s"), true, List.of());
        assertFalse(both.contains("--ipv4-only"));
        for (String option : List.of("--address 10.0.2.15", "--address fd00:10:0:2::15", "--gateway fd00:10:0:2::2")) {
            assertTrue(String.join(" ", both).contains(option), option);
        }
    }

    @Test
    void whatItSaidLastIsTheReason() {
        assertEquals(
                ": Failed to bind port 80",
                Passt.explain("Failed to send 9 bytes to syslog\nFailed to bind port 80\n\n", true));
        assertEquals("", Passt.explain("Failed to send 9 bytes to syslog\n", true));
        assertTrue(Passt.explain("UNIX socket bind: Permission denied", true).contains("AppArmor may be why"));
        assertFalse(Passt.explain("bind: Permission denied", false).contains("AppArmor"));
        assertTrue(Passt.explain("Couldn't create user namespace: Operation not permitted", true)
                .contains("chroot"));
    }

    @Test
    void aProgramThatIsNotThereIsNamedWithItsPackage() {
        var refusal = assertThrows(IOException.class, () -> Passt.start("no-such-passt", false, List.of()));
        assertTrue(
                String.valueOf(refusal.getMessage()).endsWith("install the Debian package passt"),
                refusal.getMessage());
    }

    @Test
    void aProgramThatRefusesIsQuoted(@TempDir Path folder) throws IOException {
        Path program = folder.resolve("passt");
        Files.writeString(
                program,
                "#!/bin/sh\necho Failed to send 9 bytes to syslog\necho No interface with a route >&2\nexit 3\n");
        assertTrue(program.toFile().setExecutable(true));
        var refusal = assertThrows(IOException.class, () -> Passt.start(program.toString(), false, List.of()));
        assertEquals("passt ends with status 3: No interface with a route", refusal.getMessage());
    }

    @Test
    void aProgramWithoutASocketCannotBeReached(@TempDir Path folder) throws IOException {
        Path program = folder.resolve("passt");
        Files.writeString(program, "#!/bin/sh\nexit 0\n");
        assertTrue(program.toFile().setExecutable(true));
        var refusal = assertThrows(IOException.class, () -> Passt.start(program.toString(), false, List.of()));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("passt has started but cannot be reached: "));
    }
}
