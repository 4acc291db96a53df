package dev.lodge.kvm;

/**
 * A reading of a machine's clock ({@code struct kvm_clock_data}).
 *
 * @param nanos the guest's time since its start
 * @param flags {@code KVM_CLOCK_*} of {@link KvmFlag}: which of the other two count
 * @param realtimeNanos the host's time since 1970 at that moment
 * @param hostTsc the host's time-stamp counter at that moment
 */
public record KvmClock(long nanos, int flags, long realtimeNanos, long hostTsc) {}
