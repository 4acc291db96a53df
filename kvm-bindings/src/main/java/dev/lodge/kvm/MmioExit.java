package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * An access to guest-physical memory that is not there ({@code KVM_EXIT_MMIO}), of at most 8 bytes. A read gets its value
 * when {@code KVM_RUN} is called the next time.
 */
public final class MmioExit {
    private final MemorySegment run;

    MmioExit(MemorySegment run) {
        this.run = run;
    }

    /** The guest-physical address. */
    public long address() {
        return run.get(JAVA_LONG, kvm_run.mmio$phys_addr$offset);
    }

    /** Bytes, from 1 to 8. */
    public int length() {
        return run.get(JAVA_INT, kvm_run.mmio$len$offset);
    }

    /** Whether the guest writes. */
    public boolean isWrite() {
        return run.get(JAVA_BYTE, kvm_run.mmio$is_write$offset) != 0;
    }

    /** What the guest writes, zero-extended from {@link #length} bytes. */
    public long value() {
        long all = run.get(JAVA_LONG, kvm_run.mmio$data$offset);
        int length = length();
        return length >= Long.BYTES ? all : all & ((1L << (length * Byte.SIZE)) - 1);
    }

    /** Answers a read: the low {@link #length} bytes are what the guest reads. */
    public void setValue(long value) {
        run.set(JAVA_LONG, kvm_run.mmio$data$offset, value);
    }
}
