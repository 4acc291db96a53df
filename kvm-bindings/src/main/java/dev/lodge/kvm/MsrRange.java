package dev.lodge.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A run of MSRs that the guest shall not use without an exit ({@code struct kvm_msr_filter_range}).
 *
 * @param flags {@link KvmFlag#KVM_MSR_FILTER_READ} and {@link KvmFlag#KVM_MSR_FILTER_WRITE}, or-ed
 * @param base the first MSR
 * @param count how many, from 1 to 12288
 */
public record MsrRange(int flags, int base, int count) {
    public MsrRange {
        if (count < 1 || count > KvmFlag.KVM_MSR_FILTER_MAX_BITMAP_SIZE * Byte.SIZE) {
            throw new IllegalArgumentException("a range of " + count + " MSRs");
        }
    }

    /** A {@code struct kvm_msr_filter} that denies these ranges and allows all else. */
    static MemorySegment writeFilter(Arena arena, List<MsrRange> denied) {
        if (denied.size() > KvmFlag.KVM_MSR_FILTER_MAX_RANGES) {
            throw new IllegalArgumentException(denied.size() + " MSR ranges");
        }
        MemorySegment filter = kvm_msr_filter.allocate(arena);
        kvm_msr_filter.flags(filter, KvmFlag.KVM_MSR_FILTER_DEFAULT_ALLOW);
        for (int i = 0; i < denied.size(); i++) {
            MsrRange range = denied.get(i);
            MemorySegment struct = filter.asSlice(
                    kvm_msr_filter.ranges$offset + i * kvm_msr_filter_range.SIZEOF, kvm_msr_filter_range.SIZEOF);
            // KVM copies whole longs of a bitmap in which a zero denies.
            MemorySegment nothingAllowed =
                    arena.allocate((range.count + Long.SIZE - 1L) / Long.SIZE * Long.BYTES, Long.BYTES);
            kvm_msr_filter_range.flags(struct, range.flags);
            kvm_msr_filter_range.nmsrs(struct, range.count);
            kvm_msr_filter_range.base(struct, range.base);
            kvm_msr_filter_range.bitmap(struct, nothingAllowed.address());
        }
        return filter;
    }
}
