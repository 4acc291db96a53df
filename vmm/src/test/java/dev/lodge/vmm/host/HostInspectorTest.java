package dev.lodge.vmm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.kvm.KvmCap;
import dev.lodge.linux.Errno;
import dev.lodge.vmm.HostReport;
import dev.lodge.vmm.Virtualisation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostInspectorTest {
    private final FakeHost host = new FakeHost();

    @Test
    void aGoodHostHasNoProblemsAndCanRunGuests() {
        HostReport report = inspect();

        assertEquals(List.of(), report.problems());
        assertTrue(report.canRunGuests());
        assertEquals(12, report.kvm().apiVersion());
        assertEquals(Virtualisation.SVM, report.virtualisation());
        assertTrue(report.nested());
        assertEquals("Test CPU", report.processor());
        assertEquals(2_048_000L << 10, report.memoryBytes());
        assertEquals(1_024_000L << 10, report.availableBytes());
        assertEquals("tsc", report.clockSource());
    }

    @Test
    void xenFlagsAreNamed() {
        assertEquals(
                List.of("HYPERCALL_MSR", "INTERCEPT_HCALL", "EVTCHN_SEND"),
                inspect().kvm().xenFlags());
    }

    @Test
    void aXenFlagNewerThanLodgeIsNamedByItsBit() {
        host.absentOrSpecial.put(KvmCap.KVM_CAP_XEN_HVM, 1 << 20);

        assertEquals(List.of("bit 20"), inspect().kvm().xenFlags());
    }

    @Test
    void theDeviceIsClosedAgain() {
        inspect();

        assertFalse(host.kvmIsOpen);
    }

    @ParameterizedTest
    @CsvSource({
        "EACCES, " + Errno.EACCES + ", usermod -aG kvm",
        "EPERM, " + Errno.EPERM + ", usermod -aG kvm",
        "ENOENT, " + Errno.ENOENT + ", modprobe kvm_amd",
        "ENODEV, " + Errno.ENODEV + ", modprobe kvm_amd",
        "ENXIO, " + Errno.ENXIO + ", modprobe kvm_amd",
        "EBUSY, " + Errno.EBUSY + ", another hypervisor",
        "EMFILE, " + Errno.EMFILE + ", ulimit",
        "EIO, " + Errno.EIO + ", dmesg",
    })
    void aDeviceThatCannotBeOpenedIsFatalAndHasItsRemedy(String name, int errno, String remedy) {
        host.openErrno = errno;

        HostReport report = inspect();

        HostReport.Problem problem = report.problems().getFirst();
        assertEquals(name, problem.errno());
        assertTrue(problem.remedy().contains(remedy), problem.remedy());
        assertFalse(report.canRunGuests());
        assertEquals(0, report.kvm().apiVersion());
        assertEquals(List.of(), report.kvm().capabilities());
    }

    @Test
    void anIntelHostIsToldToLoadItsOwnModule() {
        host.files.put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vmx\n");
        host.openErrno = Errno.ENOENT;

        assertTrue(inspect().problems().getFirst().remedy().contains("modprobe kvm_intel"));
    }

    @Test
    void aSoftwareKvmIsFatalAndNamesTheLab() {
        host.files.put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu svm_lock hypervisor\n");

        HostReport report = inspect();

        assertEquals(Virtualisation.NONE, report.virtualisation());
        assertFalse(report.canRunGuests());
        assertTrue(report.problems().getFirst().remedy().contains("lab/run -- ./lodge run"));
    }

    @Test
    void aMissingCapabilityThatLodgeNeedsIsFatal() {
        host.absentOrSpecial.put(KvmCap.KVM_CAP_IMMEDIATE_EXIT, 0);

        HostReport report = inspect();

        assertFalse(report.canRunGuests());
        assertTrue(report.problems().getFirst().what().contains("KVM_CAP_IMMEDIATE_EXIT"));
    }

    @Test
    void withoutXenSupportInKvmGuestsCanStillRun() {
        host.absentOrSpecial.put(KvmCap.KVM_CAP_XEN_HVM, 0);

        HostReport report = inspect();

        assertTrue(report.canRunGuests());
        assertEquals(List.of(), report.kvm().xenFlags());
    }

    @Test
    void anotherVersionOfTheInterfaceIsFatal() {
        host.apiVersion = 11;

        assertFalse(inspect().canRunGuests());
    }

    @Test
    void withoutAKernelNoGuestCanRun() {
        host.kernels = List.of();

        HostReport report = inspect();

        assertFalse(report.canRunGuests());
        assertTrue(report.problems().getFirst().remedy().contains("make guest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hpet\n", "acpi_pm\n"})
    void anUnstableClockIsNotedButNotFatal(String source) {
        host.files.put("/sys/devices/system/clocksource/clocksource0/current_clocksource", source);

        HostReport report = inspect();

        assertTrue(report.canRunGuests());
        assertTrue(report.problems().getFirst().remedy().contains("tsc=reliable"));
    }

    @Test
    void anUnusableCacheIsNotedButNotFatal() {
        host.cacheTrouble = "/home is not writable";

        HostReport report = inspect();

        assertTrue(report.canRunGuests());
        assertEquals("/home is not writable", report.cache().state());
    }

    @Test
    void scarceMemoryIsNoted() {
        host.files.put("/proc/meminfo", "MemTotal: 300000 kB\nMemAvailable: 100000 kB\n");

        assertEquals("ENOMEM", inspect().problems().getFirst().errno());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MemTotal:", "MemTotal: kB", "MemAvailable: 99999999999999999999999999 kB"})
    void aStrangeMeminfoIsSurvived(String text) {
        host.files.put("/proc/meminfo", text);

        assertTrue(inspect().canRunGuests());
    }

    @Test
    void aHostWithoutProcIsSurvived() {
        host.files.clear();

        HostReport report = inspect();

        assertEquals("", report.processor());
        assertEquals(0, report.memoryBytes());
    }

    private HostReport inspect() {
        return HostInspector.inspect(host, null);
    }
}
