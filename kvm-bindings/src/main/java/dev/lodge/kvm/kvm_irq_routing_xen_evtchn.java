package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_irq_routing_xen_evtchn} ({@code linux/kvm.h}). A Xen event channel as a destination ({@code KVM_XEN_HVM_EVTCHN_SEND}).
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_irq_routing_xen_evtchn {
    /** Bytes. */
    public static final long SIZEOF = 12;

    public static final long port$offset = 0;
    public static final long vcpu$offset = 4;
    public static final long priority$offset = 8;

    private kvm_irq_routing_xen_evtchn() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int port(MemorySegment struct) {
        return struct.get(JAVA_INT, port$offset);
    }

    public static void port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, port$offset, value);
    }

    public static int vcpu(MemorySegment struct) {
        return struct.get(JAVA_INT, vcpu$offset);
    }

    public static void vcpu(MemorySegment struct, int value) {
        struct.set(JAVA_INT, vcpu$offset, value);
    }

    public static int priority(MemorySegment struct) {
        return struct.get(JAVA_INT, priority$offset);
    }

    public static void priority(MemorySegment struct, int value) {
        struct.set(JAVA_INT, priority$offset, value);
    }
}
