package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.HostReport;
import dev.lodge.vmm.InstalledKernel;
import dev.lodge.vmm.Virtualisation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private static final HostReport.Problem NOT_PERMITTED =
            new HostReport.Problem("cannot open /dev/kvm: permission denied", "EACCES", "join group kvm", true);

    @Test
    void aProblemIsShownWithItsErrnoAndRemedy() {
        String text = DoctorCommand.text(report(List.of(NOT_PERMITTED)));

        assertTrue(
                text.contains("MISSING  cannot open /dev/kvm: permission denied (EACCES)\n         join group kvm\n"),
                text);
        assertTrue(text.endsWith("\nno guest can run here\n"), text);
    }

    @Test
    void capabilitiesAndFlagsAreShownByName() {
        String text = DoctorCommand.text(report(List.of()));

        assertTrue(text.contains("capabilities    IRQCHIP MAX_VCPUS=1024\n"), text);
        assertTrue(text.contains("absent          TSC_CONTROL\n"), text);
        assertTrue(text.contains("Xen flags       INTERCEPT_HCALL\n"), text);
        assertTrue(text.contains("6.1.0, no modules  /boot/vmlinuz-6.1.0\n"), text);
        assertTrue(text.endsWith("\nguests can run here\n"), text);
    }

    @Test
    void theJsonSaysTheSame() {
        String json = DoctorCommand.json(report(List.of(NOT_PERMITTED)));

        assertTrue(json.contains("\"can_run_guests\": false"), json);
        assertTrue(json.contains("\"MAX_VCPUS\": 1024"), json);
        assertTrue(json.contains("\"errno\": \"EACCES\""), json);
        assertTrue(json.contains("\"modules\": null"), json);
        assertTrue(json.contains("\"virtualisation\": \"svm\""), json);
    }

    @Test
    void otherArgumentsAreRefused() {
        assertThrows(
                CommandLineException.class, () -> DoctorCommand.run(new String[] {"doctor", "--yaml"}, 1, System.out));
    }

    @Test
    void theProgramSaysWhichArgumentIsWrongAndFails() {
        assertEquals(125, Main.run(new String[] {"doctor", "now"}));
        assertEquals(125, Main.run(new String[] {"frobnicate"}));
        assertEquals(125, Main.run(new String[0]));
        assertEquals(125, Main.run(new String[] {"run", "--nonsense"}));
    }

    private static HostReport report(List<HostReport.Problem> problems) {
        var kvm = new HostReport.Device(
                "/dev/kvm",
                12,
                List.of(
                        new HostReport.Capability("IRQCHIP", 1),
                        new HostReport.Capability("MAX_VCPUS", 1024),
                        new HostReport.Capability("TSC_CONTROL", 0)),
                List.of("INTERCEPT_HCALL"));
        return new HostReport(
                kvm,
                Virtualisation.SVM,
                false,
                "Test CPU",
                2,
                2L << 30,
                1L << 30,
                "tsc",
                List.of(new InstalledKernel(Path.of("/boot/vmlinuz-6.1.0"), "6.1.0", null)),
                new HostReport.Cache(Path.of("/home/someone/.cache/lodge"), "usable"),
                problems);
    }
}
