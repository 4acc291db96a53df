package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.hypercall.ControlBits.*;

import dev.lodge.kvm.CpuidEntry;
import dev.lodge.vmm.hypercall.ControlBits;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which bits of its control registers a CPU has, by what CPUID says of it: the table of Xen 4.17's {@code
 * hvm_cr4_guest_valid_bits} and {@code hvm_efer_valid}, and five-level paging, which Xen does not offer.
 */
public final class CpuidFeatures {

    private static final int BASIC = 0x1;
    private static final int STRUCTURED = 0x7;
    private static final int EXTENDED = 0x8000_0001;

    /** A bit of a leaf's register, and what may be set where it is. */
    private record Feature(int leaf, ToIntFunction<CpuidEntry> register, int bit, long cr4, long efer) {}

    private static final List<Feature> FEATURES = List.of(
            new Feature(BASIC, CpuidEntry::edx, 1, CR4_VME | CR4_PVI, 0),
            new Feature(BASIC, CpuidEntry::edx, 2, CR4_DE, 0),
            new Feature(BASIC, CpuidEntry::edx, 3, CR4_PSE, 0),
            new Feature(BASIC, CpuidEntry::edx, 4, CR4_TSD, 0),
            new Feature(BASIC, CpuidEntry::edx, 6, CR4_PAE, 0),
            new Feature(BASIC, CpuidEntry::edx, 7, CR4_MCE, 0),
            new Feature(BASIC, CpuidEntry::edx, 13, CR4_PGE, 0),
            new Feature(BASIC, CpuidEntry::edx, 14, CR4_MCE, 0),
            new Feature(BASIC, CpuidEntry::edx, 24, CR4_OSFXSR, 0),
            new Feature(BASIC, CpuidEntry::edx, 25, CR4_OSXMMEXCPT, 0),
            new Feature(BASIC, CpuidEntry::ecx, 5, CR4_VMXE, 0),
            new Feature(BASIC, CpuidEntry::ecx, 17, CR4_PCIDE, 0),
            new Feature(BASIC, CpuidEntry::ecx, 26, CR4_OSXSAVE, 0),
            new Feature(STRUCTURED, CpuidEntry::ebx, 0, CR4_FSGSBASE, 0),
            new Feature(STRUCTURED, CpuidEntry::ebx, 7, CR4_SMEP, 0),
            new Feature(STRUCTURED, CpuidEntry::ebx, 20, CR4_SMAP, 0),
            new Feature(STRUCTURED, CpuidEntry::ecx, 2, CR4_UMIP, 0),
            new Feature(STRUCTURED, CpuidEntry::ecx, 3, CR4_PKE, 0),
            new Feature(STRUCTURED, CpuidEntry::ecx, 7, CR4_CET, 0),
            new Feature(STRUCTURED, CpuidEntry::ecx, 16, CR4_LA57, 0),
            new Feature(STRUCTURED, CpuidEntry::edx, 20, CR4_CET, 0),
            new Feature(EXTENDED, CpuidEntry::ecx, 2, 0, EFER_SVME),
            new Feature(EXTENDED, CpuidEntry::edx, 11, 0, EFER_SCE),
            new Feature(EXTENDED, CpuidEntry::edx, 20, 0, EFER_NXE),
            new Feature(EXTENDED, CpuidEntry::edx, 25, 0, EFER_FFXSE),
            new Feature(EXTENDED, CpuidEntry::edx, 29, 0, EFER_LME | EFER_LMA));

    private CpuidFeatures() {}

    /** What a vCPU may set that is shown these leaves. */
    public static ControlBits controlBits(List<CpuidEntry> entries) {
        long cr4 = CR4_PCE;
        long efer = 0;
        for (CpuidEntry entry : entries) {
            for (Feature feature : FEATURES) {
                if (entry.function() == feature.leaf
                        && entry.index() == 0
                        && (feature.register.applyAsInt(entry) >> feature.bit & 1) != 0) {
                    cr4 |= feature.cr4;
                    efer |= feature.efer;
                }
            }
        }
        return new ControlBits(cr4, efer);
    }
}
