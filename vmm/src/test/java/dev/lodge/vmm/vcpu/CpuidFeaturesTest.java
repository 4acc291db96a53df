package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.hypercall.ControlBits.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.kvm.CpuidEntry;
import dev.lodge.vmm.hypercall.ControlBits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conformance to Intel's and AMD's manuals: which feature brings which bit of a control register. */
class CpuidFeaturesTest {

    @Test
    void aCpuOfNothingMayCountItsEvents() {
        assertEquals(new ControlBits(CR4_PCE, 0), CpuidFeatures.controlBits(List.of()));
    }

    @Test
    void aCpuOfEverythingMaySetWhatXenKnows() {
        ControlBits bits = CpuidFeatures.controlBits(List.of(
                CpuidEntry.leaf(0x1, -1, -1, -1, -1),
                CpuidEntry.subleaf(0x7, 0, -1, -1, -1, -1),
                CpuidEntry.leaf(0x8000_0001, -1, -1, -1, -1)));
        assertEquals(0xf7_3fff, bits.cr4());
        assertEquals(0x5d01, bits.efer());
    }

    @Test
    void onlyTheFirstSubleafCounts() {
        assertEquals(
                CR4_PCE,
                CpuidFeatures.controlBits(List.of(CpuidEntry.subleaf(0x7, 1, -1, -1, -1, -1)))
                        .cr4());
    }

    @ParameterizedTest(name = "leaf {0}, bit {2} of {1}: CR4 bit {3}")
    @CsvSource({
        "1, edx, 1, 0",
        "1, edx, 1, 1",
        "1, edx, 4, 2",
        "1, edx, 2, 3",
        "1, edx, 3, 4",
        "1, edx, 6, 5",
        "1, edx, 7, 6",
        "1, edx, 14, 6",
        "1, edx, 13, 7",
        "1, edx, 24, 9",
        "1, edx, 25, 10",
        "7, ecx, 2, 11",
        "7, ecx, 16, 12",
        "1, ecx, 5, 13",
        "7, ebx, 0, 16",
        "1, ecx, 17, 17",
        "1, ecx, 26, 18",
        "7, ebx, 7, 20",
        "7, ebx, 20, 21",
        "7, ecx, 3, 22",
        "7, ecx, 7, 23",
        "7, edx, 20, 23"
    })
    void aFeatureBringsABitOfCr4(int leaf, String register, int bit, int cr4) {
        ControlBits bits = CpuidFeatures.controlBits(List.of(leaf(leaf, register, 1 << bit)));
        assertEquals(1L << cr4, bits.cr4() & 1L << cr4);
        assertEquals(0, bits.efer());
    }

    @ParameterizedTest(name = "bit {1} of {0}: EFER bit {2}")
    @CsvSource({"edx, 11, 0", "edx, 29, 8", "edx, 29, 10", "edx, 20, 11", "ecx, 2, 12", "edx, 25, 14"})
    void aFeatureBringsABitOfEfer(String register, int bit, int efer) {
        ControlBits bits = CpuidFeatures.controlBits(List.of(leaf(0x8000_0001, register, 1 << bit)));
        assertEquals(1L << efer, bits.efer() & 1L << efer);
        assertEquals(CR4_PCE, bits.cr4());
    }

    private static CpuidEntry leaf(int leaf, String register, int value) {
        return CpuidEntry.leaf(
                leaf,
                0,
                register.equals("ebx") ? value : 0,
                register.equals("ecx") ? value : 0,
                register.equals("edx") ? value : 0);
    }
}
