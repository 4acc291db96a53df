package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A port access that KVM leaves to us ({@code KVM_EXIT_IO}): {@link #count} values of {@link #size} bytes. An access is
 * done, and an {@code in} gets its values, when {@code KVM_RUN} is called the next time.
 */
public final class IoExit {
    private final MemorySegment run;

    IoExit(MemorySegment run) {
        this.run = run;
    }

    /** Whether the guest writes ({@code out}) or reads ({@code in}). */
    public boolean isOut() {
        return run.get(JAVA_BYTE, kvm_run.io$direction$offset) == KvmExit.KVM_EXIT_IO_OUT;
    }

    /** Bytes in a value: 1, 2 or 4. */
    public int size() {
        return run.get(JAVA_BYTE, kvm_run.io$size$offset);
    }

    /** The port, from 0 to 65535. */
    public int port() {
        return Short.toUnsignedInt(run.get(JAVA_SHORT, kvm_run.io$port$offset));
    }

    /** How many values: more than one for {@code rep ins} and {@code rep outs}. */
    public int count() {
        return run.get(JAVA_INT, kvm_run.io$count$offset);
    }

    /** A value that the guest writes, zero-extended. */
    public int value(int i) {
        long offset = offset(i);
        return switch (size()) {
            case 1 -> Byte.toUnsignedInt(run.get(JAVA_BYTE, offset));
            case 2 -> Short.toUnsignedInt(run.get(JAVA_SHORT_UNALIGNED, offset));
            default -> run.get(JAVA_INT_UNALIGNED, offset);
        };
    }

    /** Answers an {@code in}: the low {@link #size} bytes of {@code value} are what the guest reads. */
    public void setValue(int i, int value) {
        long offset = offset(i);
        switch (size()) {
            case 1 -> run.set(JAVA_BYTE, offset, (byte) value);
            case 2 -> run.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
            default -> run.set(JAVA_INT_UNALIGNED, offset, value);
        }
    }

    /** Answers every value of an {@code in} alike. */
    public void setAllValues(int value) {
        for (int i = 0; i < count(); i++) {
            setValue(i, value);
        }
    }

    /** The values as bytes, {@link #count} times {@link #size}. */
    public MemorySegment data() {
        return run.asSlice(run.get(JAVA_LONG, kvm_run.io$data_offset$offset), (long) count() * size());
    }

    private long offset(int i) {
        return run.get(JAVA_LONG, kvm_run.io$data_offset$offset) + (long) Objects.checkIndex(i, count()) * size();
    }
}
