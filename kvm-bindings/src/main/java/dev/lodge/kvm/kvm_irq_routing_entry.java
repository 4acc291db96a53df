package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_irq_routing_entry} ({@code linux/kvm.h}). Where one GSI leads: here, to an MSI or to a Xen event channel.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_irq_routing_entry {
    /** Bytes. */
    public static final long SIZEOF = 48;

    public static final long gsi$offset = 0;
    public static final long type$offset = 4;
    public static final long flags$offset = 8;
    public static final long u$msi$address_lo$offset = 16;
    public static final long u$msi$address_hi$offset = 20;
    public static final long u$msi$data$offset = 24;
    public static final long u$xen_evtchn$port$offset = 16;
    public static final long u$xen_evtchn$vcpu$offset = 20;
    public static final long u$xen_evtchn$priority$offset = 24;

    private kvm_irq_routing_entry() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int gsi(MemorySegment struct) {
        return struct.get(JAVA_INT, gsi$offset);
    }

    public static void gsi(MemorySegment struct, int value) {
        struct.set(JAVA_INT, gsi$offset, value);
    }

    public static int type(MemorySegment struct) {
        return struct.get(JAVA_INT, type$offset);
    }

    public static void type(MemorySegment struct, int value) {
        struct.set(JAVA_INT, type$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }

    public static int u$msi$address_lo(MemorySegment struct) {
        return struct.get(JAVA_INT, u$msi$address_lo$offset);
    }

    public static void u$msi$address_lo(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$msi$address_lo$offset, value);
    }

    public static int u$msi$address_hi(MemorySegment struct) {
        return struct.get(JAVA_INT, u$msi$address_hi$offset);
    }

    public static void u$msi$address_hi(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$msi$address_hi$offset, value);
    }

    public static int u$msi$data(MemorySegment struct) {
        return struct.get(JAVA_INT, u$msi$data$offset);
    }

    public static void u$msi$data(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$msi$data$offset, value);
    }

    public static int u$xen_evtchn$port(MemorySegment struct) {
        return struct.get(JAVA_INT, u$xen_evtchn$port$offset);
    }

    public static void u$xen_evtchn$port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$xen_evtchn$port$offset, value);
    }

    public static int u$xen_evtchn$vcpu(MemorySegment struct) {
        return struct.get(JAVA_INT, u$xen_evtchn$vcpu$offset);
    }

    public static void u$xen_evtchn$vcpu(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$xen_evtchn$vcpu$offset, value);
    }

    public static int u$xen_evtchn$priority(MemorySegment struct) {
        return struct.get(JAVA_INT, u$xen_evtchn$priority$offset);
    }

    public static void u$xen_evtchn$priority(MemorySegment struct, int value) {
        struct.set(JAVA_INT, u$xen_evtchn$priority$offset, value);
    }
}
