package dev.lodge.vmm.network.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasstTest {

    @Test
    void forwardsOfAProtocolAreOneOption() {
        List<String> command = Passt.command(
                Path.of("/tmp/x/s"),
                List.of(
                        new PortForward(8080, 80, false),
                        new PortForward(5353, 53, true),
                        new PortForward(2222, 22, false)));
        assertEquals("8080:80,2222:22", command.get(command.indexOf("--tcp-ports") + 1));
        assertEquals("5353:53", command.get(command.indexOf("--udp-ports") + 1));
        assertEquals("/tmp/x/s", command.get(command.indexOf("--socket") + 1));
        assertTrue(command.contains("--one-off"), "so that it never outlives its guest");
        assertFalse(Passt.command(Path.of("/s"), List.of()).contains("--tcp-ports"));
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
}
