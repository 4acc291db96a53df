package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_xen_vcpu_attr} ({@code linux/kvm.h}). A Xen attribute of a vCPU ({@code KVM_XEN_VCPU_SET_ATTR}); {@code type} says which member of {@code u} counts.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_xen_vcpu_attr {
    /** Bytes. */
    public static final long SIZEOF = 72;

    public static final long type$offset = 0;
    public static final long u$gpa$offset = 8;
    public static final long u$runstate$state$offset = 8;
    public static final long u$runstate$state_entry_time$offset = 16;
    public static final long u$runstate$time_running$offset = 24;
    public static final long u$runstate$time_runnable$offset = 32;
    public static final long u$runstate$time_blocked$offset = 40;
    public static final long u$runstate$time_offline$offset = 48;
    public static final long u$vcpu_id$offset = 8;
    public static final long u$timer$port$offset = 8;
    public static final long u$timer$priority$offset = 12;
    public static final long u$timer$expires_ns$offset = 16;
    public static final long u$vector$offset = 8;

    private kvm_xen_vcpu_attr() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int type(MemorySegment struct) {
        return Short.toUnsignedInt(struct.get(JAVA_SHORT, type$offset));
    }

    public static void type(MemorySegment struct, int value) {
        struct.set(JAVA_SHORT, type$offset, (short) value);
    }

    public static long u$gpa(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$gpa$offset);
    }

    public static void u$gpa(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$gpa$offset, value);
    }

    public static long u$runstate$state(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$state$offset);
    }

    public static void u$runstate$state(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$state$offset, value);
    }

    public static long u$runstate$state_entry_time(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$state_entry_time$offset);
    }

    public static void u$runstate$state_entry_time(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$state_entry_time$offset, value);
    }

    public static long u$runstate$time_running(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$time_running$offset);
    }

    public static void u$runstate$time_running(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$time_running$offset, value);
    }

    public static long u$runstate$time_runnable(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$time_runnable$offset);
    }

    public static void u$runstate$time_runnable(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$time_runnable$offset, value);
    }

    public static long u$runstate$time_blocked(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$time_blocked$offset);
    }

    public static void u$runstate$time_blocked(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$time_blocked$offset, value);
    }

    public static long u$runstate$time_offline(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$runstate$time_offline$offset);
    }

    public static void u$runstate$time_offline(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$runstate$time_offline$offset, value);
    }

    public static int u$vcpu_id(MemorySegment struct) {
        return struct.get(JAVA_INT, u$vcpu_id$offset);
    }

    public static void u$vcpu_id(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$vcpu_id$offset, value);
    }

    public static int u$timer$port(MemorySegment struct) {
        return struct.get(JAVA_INT, u$timer$port$offset);
    }

    public static void u$timer$port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$timer$port$offset, value);
    }

    public static int u$timer$priority(MemorySegment struct) {
        return struct.get(JAVA_INT, u$timer$priority$offset);
    }

    public static void u$timer$priority(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$timer$priority$offset, value);
    }

    public static long u$timer$expires_ns(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$timer$expires_ns$offset);
    }

    public static void u$timer$expires_ns(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$timer$expires_ns$offset, value);
    }

    public static int u$vector(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, u$vector$offset));
    }

    public static void u$vector(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, u$vector$offset, (byte) value);
    }
}
