package dev.lodge.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a guest reads from one CPUID leaf: {@code struct kvm_cpuid_entry2}.
 *
 * @param function the leaf (EAX)
 * @param index the subleaf (ECX); counts only with {@link KvmFlag#KVM_CPUID_FLAG_SIGNIFCANT_INDEX}
 * @param flags {@code KVM_CPUID_FLAG_*}
 * @param eax the answer, and so on
 */
public record CpuidEntry(int function, int index, int flags, int eax, int ebx, int ecx, int edx) {
    /** A leaf without subleaves. */
    public static CpuidEntry leaf(int function, int eax, int ebx, int ecx, int edx) {
        return new CpuidEntry(function, 0, 0, eax, ebx, ecx, edx);
    }

    /** One subleaf of a leaf. */
    public static CpuidEntry subleaf(int function, int index, int eax, int ebx, int ecx, int edx) {
        return new CpuidEntry(function, index, KvmFlag.KVM_CPUID_FLAG_SIGNIFCANT_INDEX, eax, ebx, ecx, edx);
    }

    /** An empty {@code struct kvm_cpuid2} with room for entries. */
    static MemorySegment table(Arena arena, int entries) {
        MemorySegment table = arena.allocate(kvm_cpuid2.SIZEOF + kvm_cpuid_entry2.SIZEOF * entries, Long.BYTES);
        kvm_cpuid2.nent(table, entries);
        return table;
    }

    static MemorySegment write(Arena arena, List<CpuidEntry> entries) {
        MemorySegment table = table(arena, entries.size());
        for (int i = 0; i < entries.size(); i++) {
            CpuidEntry entry = entries.get(i);
            MemorySegment struct = struct(table, i);
            kvm_cpuid_entry2.function(struct, entry.function);
            kvm_cpuid_entry2.index(struct, entry.index);
            kvm_cpuid_entry2.flags(struct, entry.flags);
            kvm_cpuid_entry2.eax(struct, entry.eax);
            kvm_cpuid_entry2.ebx(struct, entry.ebx);
            kvm_cpuid_entry2.ecx(struct, entry.ecx);
            kvm_cpuid_entry2.edx(struct, entry.edx);
        }
        return table;
    }

    static List<CpuidEntry> read(MemorySegment table) {
        int count = kvm_cpuid2.nent(table);
        List<CpuidEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            MemorySegment struct = struct(table, i);
            entries.add(new CpuidEntry(
                    kvm_cpuid_entry2.function(struct),
                    kvm_cpuid_entry2.index(struct),
                    kvm_cpuid_entry2.flags(struct),
                    kvm_cpuid_entry2.eax(struct),
                    kvm_cpuid_entry2.ebx(struct),
                    kvm_cpuid_entry2.ecx(struct),
                    kvm_cpuid_entry2.edx(struct)));
        }
        return entries;
    }

    private static MemorySegment struct(MemorySegment table, int i) {
        return table.asSlice(kvm_cpuid2.entries$offset + i * kvm_cpuid_entry2.SIZEOF, kvm_cpuid_entry2.SIZEOF);
    }
}
