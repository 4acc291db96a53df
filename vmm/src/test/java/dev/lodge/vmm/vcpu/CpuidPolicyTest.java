package dev.lodge.vmm.vcpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.kvm.CpuidEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conformance to {@code xen/include/public/arch-x86/cpuid.h} and to how Intel and AMD number cores. */
class CpuidPolicyTest {

    private static final List<CpuidEntry> SUPPORTED = List.of(
            CpuidEntry.leaf(0x0, 0xd, 1, 2, 3),
            CpuidEntry.leaf(0x1, 0x600f12, 0x2f10_0800, 0x0100_2000, 0x1000_0001),
            CpuidEntry.subleaf(0x4, 0, 0xfc00_c121, 5, 6, 7),
            CpuidEntry.subleaf(0xb, 0, 1, 2, 0x100, 0x2f),
            CpuidEntry.subleaf(0xb, 1, 4, 16, 0x201, 0x2f),
            CpuidEntry.subleaf(0x1f, 0, 1, 2, 0x100, 0x2f),
            CpuidEntry.leaf(0x4000_0000, 0x4000_0001, 0x4b4d_564b, 0x564b_4d56, 0x4d),
            CpuidEntry.leaf(0x4000_0001, 0x0100_7efb, 0, 0, 0),
            CpuidEntry.leaf(0x4000_0100, 1, 1, 1, 1),
            CpuidEntry.leaf(0x8000_0008, 0x3028, 9, 0x500f, 11),
            CpuidEntry.leaf(0x8000_001e, 0x2f, 0x102f, 0x3, 0));

    @Test
    void xensLeavesTakeTheHypervisorsPlace() {
        List<CpuidEntry> entries = new CpuidPolicy(SUPPORTED, 2, 7, 2_596_018).entries(1);
        CpuidEntry signature = leaf(entries, 0x4000_0000);
        assertEquals("XenVMMXenVMM", text(signature.ebx()) + text(signature.ecx()) + text(signature.edx()));
        assertEquals(0x4000_0004, signature.eax());
        assertEquals(4 << 16 | 17, leaf(entries, 0x4000_0001).eax());
        assertEquals(1, leaf(entries, 0x4000_0002).eax());
        assertEquals(HypercallPage.MSR, leaf(entries, 0x4000_0002).ebx());
        assertEquals(2_596_018, leaf(entries, 0x4000_0003).ecx());
        CpuidEntry hvm = leaf(entries, 0x4000_0004);
        assertEquals(1 << 1 | 1 << 3 | 1 << 4 | 1 << 6, hvm.eax(), "x2APIC, vCPU id, domain id, upcall vector");
        assertEquals(1, hvm.ebx());
        assertEquals(7, hvm.ecx());
        assertEquals(5, entries.stream().filter(e -> e.function() >>> 28 == 4).count(), "none of KVM's is left");
    }

    @Test
    void everyLeafIsThereOnce() {
        List<CpuidEntry> entries = new CpuidPolicy(SUPPORTED, 4, 1, 1).entries(0);
        List<String> seen = new ArrayList<>();
        for (CpuidEntry entry : entries) {
            String name = Integer.toHexString(entry.function()) + "/" + entry.index();
            assertFalse(seen.contains(name), name);
            seen.add(name);
        }
        assertTrue(seen.contains("0/0"));
        assertFalse(seen.contains("1f/0"));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "2, 1, 1", "3, 2, 2", "4, 3, 2", "5, 4, 3", "64, 63, 6"})
    void aVcpuShowsItsOwnNumberWhereverACpuShowsOne(int vcpus, int vcpu, int coreBits) {
        List<CpuidEntry> entries = new CpuidPolicy(SUPPORTED, vcpus, 1, 1).entries(vcpu);
        CpuidEntry one = leaf(entries, 1);
        assertEquals(vcpu, one.ebx() >>> 24);
        assertEquals(vcpus, one.ebx() >>> 16 & 0xff);
        assertEquals(0x0800, one.ebx() & 0xffff);
        assertEquals(vcpus > 1, (one.edx() & 1 << 28) != 0, "several in the package");
        assertTrue(one.ecx() < 0 && (one.ecx() & 1 << 21) != 0, "a hypervisor, and an x2APIC");
        for (int subleaf = 0; subleaf < 3; subleaf++) {
            assertEquals(vcpu, subleaf(entries, 0xb, subleaf).edx());
        }
        assertEquals(1, subleaf(entries, 0xb, 0).ebx(), "one thread a core");
        assertEquals(coreBits, subleaf(entries, 0xb, 1).eax());
        assertEquals(vcpus, subleaf(entries, 0xb, 1).ebx());
        assertEquals(0x201, subleaf(entries, 0xb, 1).ecx());
        assertEquals(0, subleaf(entries, 0xb, 2).ebx());
        assertEquals(vcpus - 1, leaf(entries, 0x4).eax() >>> 26);
        assertEquals(0x121, leaf(entries, 0x4).eax() & 0x3fff, "caches are shared with nobody");
        assertEquals(vcpus - 1 | coreBits << 12, leaf(entries, 0x8000_0008).ecx());
        CpuidEntry amd = leaf(entries, 0x8000_001e);
        assertEquals(List.of(vcpu, vcpu, 0), List.of(amd.eax(), amd.ebx(), amd.ecx()));
    }

    @Test
    void aCpuWithoutExtendedTopologyIsGivenNone() {
        List<CpuidEntry> entries = new CpuidPolicy(SUPPORTED.subList(0, 2), 2, 1, 1).entries(0);
        assertTrue(entries.stream().noneMatch(entry -> entry.function() == 0xb));
    }

    @Test
    void otherLeavesAreTheHosts() {
        List<CpuidEntry> entries = new CpuidPolicy(SUPPORTED, 2, 1, 1).entries(0);
        assertEquals(SUPPORTED.getFirst(), leaf(entries, 0));
        assertEquals(0x600f12, leaf(entries, 1).eax());
        assertEquals(9, leaf(entries, 0x8000_0008).ebx());
    }

    @Test
    void anEmulatedCpuIsKnownByItsName(@TempDir Path directory) throws IOException {
        Path cpuinfo = directory.resolve("cpuinfo");
        Files.writeString(cpuinfo, "processor\t: 0\nmodel name\t: QEMU TCG CPU version 2.5+\n");
        assertTrue(EmulatedCpu.isEmulated(cpuinfo));
        Files.writeString(cpuinfo, "processor\t: 0\nmodel name\t: AMD EPYC 7B13\n");
        assertFalse(EmulatedCpu.isEmulated(cpuinfo));
        Files.writeString(cpuinfo, "");
        assertFalse(EmulatedCpu.isEmulated(cpuinfo));
        assertFalse(EmulatedCpu.isEmulated(directory.resolve("missing")));
    }

    @Test
    void onAnEmulatedCpuWhatFailsIsMaskedAndNothingElse() {
        List<CpuidEntry> masked = EmulatedCpu.mask(List.of(
                CpuidEntry.leaf(0x1, -1, -1, -1, -1),
                CpuidEntry.subleaf(0x7, 0, -1, -1, -1, -1),
                CpuidEntry.subleaf(0xd, 1, -1, -1, -1, -1),
                CpuidEntry.leaf(0x8000_0001, -1, -1, -1, -1),
                CpuidEntry.leaf(0x8000_0008, -1, -1, -1, -1)));
        int lost = ~masked.get(0).ecx();
        assertEquals(1 << 12 | 1 << 13 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 29, lost);
        assertEquals(-1, masked.get(0).edx());
        assertEquals(0, masked.get(1).ebx() & 1 << 5, "AVX2");
        assertEquals(-1, masked.get(1).eax());
        assertEquals(CpuidEntry.subleaf(0xd, 1, 0, 0, 0, 0), masked.get(2));
        assertEquals(1 << 11 | 1 << 16, ~masked.get(3).ecx());
        assertEquals(CpuidEntry.leaf(0x8000_0008, -1, -1, -1, -1), masked.get(4));
    }

    private static CpuidEntry leaf(List<CpuidEntry> entries, int function) {
        return subleaf(entries, function, 0);
    }

    private static CpuidEntry subleaf(List<CpuidEntry> entries, int function, int index) {
        return entries.stream()
                .filter(entry -> entry.function() == function && entry.index() == index)
                .findFirst()
                .orElseThrow();
    }

    private static String text(int register) {
        byte[] bytes = {(byte) register, (byte) (register >> 8), (byte) (register >> 16), (byte) (register >> 24)};
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
