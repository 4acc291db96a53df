package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.CpuidEntry;
import dev.lodge.vmm.hypercall.XenVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * What CPUID tells a domain's vCPUs: what KVM supports of this host's CPU, with Xen's leaves instead of KVM's ({@code
 * xen/include/public/arch-x86/cpuid.h}) and each vCPU's own number wherever a CPU shows one.
 *
 * <p>All vCPUs are cores of one package, with one thread each; a vCPU's APIC id is its number.
 */
public final class CpuidPolicy {

    private static final int XEN_FIRST_LEAF = 0x4000_0000;
    private static final int HYPERVISOR_LEAVES = 0x4; // the top 4 bits of every leaf that a hypervisor may define
    private static final int XEN_LAST_LEAF = XEN_FIRST_LEAF + 4;
    private static final int SIGNATURE_EBX = 0x566e6558; // "XenV"
    private static final int SIGNATURE_ECX = 0x65584d4d; // "MMXe"
    private static final int SIGNATURE_EDX = 0x4d4d566e; // "nVMM"

    private static final int X2APIC_VIRT = 1 << 1;
    private static final int VCPU_ID_PRESENT = 1 << 3;
    private static final int DOMID_PRESENT = 1 << 4;
    private static final int UPCALL_VECTOR = 1 << 6;

    private static final int LEAF_1_ECX_X2APIC = 1 << 21;
    private static final int LEAF_1_ECX_HYPERVISOR = 1 << 31;
    private static final int LEAF_1_EDX_HTT = 1 << 28;

    private static final int TOPOLOGY_THREADS = 1;
    private static final int TOPOLOGY_CORES = 2;

    private final List<CpuidEntry> supported;
    private final int vcpus;
    private final int domid;
    private final int tscKilohertz;

    /**
     * A domain's CPUID.
     *
     * @param supported what KVM offers ({@code KVM_GET_SUPPORTED_CPUID})
     */
    public CpuidPolicy(List<CpuidEntry> supported, int vcpus, int domid, int tscKilohertz) {
        this.supported = EmulatedCpu.withoutWhatFails(supported);
        this.vcpus = vcpus;
        this.domid = domid;
        this.tscKilohertz = tscKilohertz;
    }

    /** Everything that CPUID shows on one vCPU. */
    public List<CpuidEntry> entries(int vcpu) {
        List<CpuidEntry> entries = new ArrayList<>(supported.size() + 8);
        for (int i = 0; i < supported.size(); i++) {
            CpuidEntry entry = supported.get(i);
            if (entry.function() >>> 28 != HYPERVISOR_LEAVES && !isTopology(entry.function())) {
                entries.add(own(entry, vcpu));
            }
        }
        addTopology(entries, vcpu);
        addXen(entries, vcpu);
        return entries;
    }

    private CpuidEntry own(CpuidEntry entry, int vcpu) {
        int eax = entry.eax();
        int ebx = entry.ebx();
        int ecx = entry.ecx();
        int edx = entry.edx();
        switch (entry.function()) {
            case 0x1 -> {
                ebx = ebx & 0xffff | Math.min(vcpus, 0xff) << 16 | vcpu << 24;
                ecx |= LEAF_1_ECX_HYPERVISOR | LEAF_1_ECX_X2APIC;
                edx = vcpus > 1 ? edx | LEAF_1_EDX_HTT : edx & ~LEAF_1_EDX_HTT;
            }
            case 0x4 -> // Intel's caches: which cores share them is left out, how many there are in the package said
                eax = eax & 0x3fff | (vcpus - 1 & 0x3f) << 26;
            case 0x8000_0008 -> ecx = ecx & ~0xf0ff | vcpus - 1 & 0xff | coreBits() << 12;
            case 0x8000_001d -> eax = eax & 0x3fff;
            case 0x8000_001e -> {
                eax = vcpu;
                ebx = vcpu & 0xff;
                ecx = 0;
            }
            default -> {
                return entry;
            }
        }
        return new CpuidEntry(entry.function(), entry.index(), entry.flags(), eax, ebx, ecx, edx);
    }

    private static boolean isTopology(int function) {
        return function == 0xb || function == 0x1f;
    }

    /** The extended topology, where this CPU has it: one thread a core, all cores in one package. */
    private void addTopology(List<CpuidEntry> entries, int vcpu) {
        boolean present = false;
        for (int i = 0; i < supported.size(); i++) {
            present |= supported.get(i).function() == 0xb;
        }
        if (present) {
            entries.add(CpuidEntry.subleaf(0xb, 0, 0, 1, TOPOLOGY_THREADS << 8, vcpu));
            entries.add(CpuidEntry.subleaf(0xb, 1, coreBits(), vcpus, TOPOLOGY_CORES << 8 | 1, vcpu));
            entries.add(CpuidEntry.subleaf(0xb, 2, 0, 0, 2, vcpu));
        }
    }

    private void addXen(List<CpuidEntry> entries, int vcpu) {
        entries.add(CpuidEntry.leaf(XEN_FIRST_LEAF, XEN_LAST_LEAF, SIGNATURE_EBX, SIGNATURE_ECX, SIGNATURE_EDX));
        entries.add(CpuidEntry.leaf(XEN_FIRST_LEAF + 1, XenVersion.NUMBER, 0, 0, 0));
        entries.add(CpuidEntry.leaf(XEN_FIRST_LEAF + 2, 1, HypercallPage.MSR, 0, 0));
        entries.add(CpuidEntry.subleaf(XEN_FIRST_LEAF + 3, 0, 0, 0, tscKilohertz, 0));
        int flags = X2APIC_VIRT | VCPU_ID_PRESENT | DOMID_PRESENT | UPCALL_VECTOR;
        entries.add(CpuidEntry.leaf(XEN_FIRST_LEAF + 4, flags, vcpu, domid, 0));
    }

    /** How many bits of an APIC id tell cores apart. */
    private int coreBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(vcpus - 1);
    }
}
