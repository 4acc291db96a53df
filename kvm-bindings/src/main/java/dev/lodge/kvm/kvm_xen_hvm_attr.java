package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_xen_hvm_attr} ({@code linux/kvm.h}). A Xen attribute of a VM ({@code KVM_XEN_HVM_SET_ATTR}); {@code type} says which member of {@code u} counts.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_xen_hvm_attr {
    /** Bytes. */
    public static final long SIZEOF = 72;

    public static final long type$offset = 0;
    public static final long u$long_mode$offset = 8;
    public static final long u$vector$offset = 8;
    public static final long u$shared_info$gfn$offset = 8;
    public static final long u$evtchn$send_port$offset = 8;
    public static final long u$evtchn$type$offset = 12;
    public static final long u$evtchn$flags$offset = 16;
    public static final long u$evtchn$deliver$port$port$offset = 20;
    public static final long u$evtchn$deliver$port$vcpu$offset = 24;
    public static final long u$evtchn$deliver$port$priority$offset = 28;
    public static final long u$evtchn$deliver$eventfd$port$offset = 20;
    public static final long u$evtchn$deliver$eventfd$fd$offset = 24;
    public static final long u$xen_version$offset = 8;

    private kvm_xen_hvm_attr() {}

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

    public static int u$long_mode(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, u$long_mode$offset));
    }

    public static void u$long_mode(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, u$long_mode$offset, (byte) value);
    }

    public static int u$vector(MemorySegment struct) {
        return Byte.toUnsignedInt(struct.get(JAVA_BYTE, u$vector$offset));
    }

    public static void u$vector(MemorySegment struct, int value) {
        struct.set(JAVA_BYTE, u$vector$offset, (byte) value);
    }

    public static long u$shared_info$gfn(MemorySegment struct) {
        return struct.get(JAVA_LONG, u$shared_info$gfn$offset);
    }

    public static void u$shared_info$gfn(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, u$shared_info$gfn$offset, value);
    }

    public static int u$evtchn$send_port(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$send_port$offset);
    }

    public static void u$evtchn$send_port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$send_port$offset, value);
    }

    public static int u$evtchn$type(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$type$offset);
    }

    public static void u$evtchn$type(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$type$offset, value);
    }

    public static int u$evtchn$flags(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$flags$offset);
    }

    public static void u$evtchn$flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$flags$offset, value);
    }

    public static int u$evtchn$deliver$port$port(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$deliver$port$port$offset);
    }

    public static void u$evtchn$deliver$port$port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$deliver$port$port$offset, value);
    }

    public static int u$evtchn$deliver$port$vcpu(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$deliver$port$vcpu$offset);
    }

    public static void u$evtchn$deliver$port$vcpu(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$deliver$port$vcpu$offset, value);
    }

    public static int u$evtchn$deliver$port$priority(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$deliver$port$priority$offset);
    }

    public static void u$evtchn$deliver$port$priority(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$deliver$port$priority$offset, value);
    }

    public static int u$evtchn$deliver$eventfd$port(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$deliver$eventfd$port$offset);
    }

    public static void u$evtchn$deliver$eventfd$port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$deliver$eventfd$port$offset, value);
    }

    public static int u$evtchn$deliver$eventfd$fd(MemorySegment struct) {
        return struct.get(JAVA_INT, u$evtchn$deliver$eventfd$fd$offset);
    }

    public static void u$evtchn$deliver$eventfd$fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$evtchn$deliver$eventfd$fd$offset, value);
    }

    public static int u$xen_version(MemorySegment struct) {
        return struct.get(JAVA_INT, u$xen_version$offset);
    }

    public static void u$xen_version(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$xen_version$offset, value);
    }
}
