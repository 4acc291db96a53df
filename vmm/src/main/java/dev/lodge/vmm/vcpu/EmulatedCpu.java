package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.CpuidEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be kept from guests where the host's own CPU is QEMU's emulation (TCG), as in the lab.
 *
 * <ul>
 *   <li>It does not intercept {@code xsetbv}, so KVM does not learn which state a guest has enabled and tells wrong sizes
 *       in leaf 0xd. Linux 6.1 warns of that and later ones panic. Without XSAVE there is nothing to be wrong.
 *   <li>{@code cmpxchg16b} in a guest may corrupt the flags; seen with Linux 6.12.
 * </ul>
 *
 * <p>A CPU of hardware is left as it is.
 */
final class EmulatedCpu {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final String MODEL = "QEMU TCG CPU";
    private static final int BEGINNING = 512;

    // Leaf 1 ECX: FMA, CMPXCHG16B, XSAVE, OSXSAVE, AVX, F16C.
    private static final int LEAF_1_ECX = 1 << 12 | 1 << 13 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 29;
    // Leaf 7 EBX: AVX2 and AVX-512's. ECX: PKU, OSPKE, AVX-512's, VAES, VPCLMULQDQ.
    private static final int LEAF_7_EBX = 1 << 5 | 1 << 16 | 1 << 17 | 1 << 21 | 1 << 28 | 1 << 30 | 1 << 31;
    private static final int LEAF_7_ECX =
            1 << 1 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 14;
    // Leaf 0x80000001 ECX: XOP, FMA4.
    private static final int LEAF_80000001_ECX = 1 << 11 | 1 << 16;

    private EmulatedCpu() {}

    /** What KVM supports, less what does not work if this host's CPU is emulated. */
    static List<CpuidEntry> withoutWhatFails(List<CpuidEntry> supported) {
        return isEmulated(CPUINFO) ? mask(supported) : supported;
    }

    /** Whether the first CPU's model name is QEMU's. KVM does not pass it on, so it is read where Linux shows it. */
    static boolean isEmulated(Path cpuinfo) {
        try (InputStream in = Files.newInputStream(cpuinfo)) {
            String beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
            return beginning.contains(MODEL);
        } catch (IOException e) {
            return false;
        }
    }

    static List<CpuidEntry> mask(List<CpuidEntry> supported) {
        List<CpuidEntry> masked = new ArrayList<>(supported.size());
        for (int i = 0; i < supported.size(); i++) {
            CpuidEntry entry = supported.get(i);
            switch (entry.function()) {
                case 0x1 -> masked.add(without(entry, 0, LEAF_1_ECX));
                case 0x7 -> masked.add(without(entry, LEAF_7_EBX, LEAF_7_ECX));
                case 0xd -> masked.add(new CpuidEntry(entry.function(), entry.index(), entry.flags(), 0, 0, 0, 0));
                case 0x8000_0001 -> masked.add(without(entry, 0, LEAF_80000001_ECX));
                default -> masked.add(entry);
            }
        }
        return masked;
    }

    private static CpuidEntry without(CpuidEntry entry, int ebx, int ecx) {
        return new CpuidEntry(
                entry.function(),
                entry.index(),
                entry.flags(),
                entry.eax(),
                entry.ebx() & ~ebx,
                entry.ecx() & ~ecx,
                entry.edx());
    }
}
