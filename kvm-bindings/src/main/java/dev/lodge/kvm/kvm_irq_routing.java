package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@code struct kvm_irq_routing} ({@code linux/kvm.h}). Header of the GSI routing table; {@link kvm_irq_routing_entry} follow it.
 *
 * @see <a href="package-summary.html#layouts">how the layout classes are written</a>
 */
@SuppressWarnings("IdentifierName")
public final class kvm_irq_routing {
    /** Bytes. */
    public static final long SIZEOF = 8;

    public static final long nr$offset = 0;
    public static final long flags$offset = 4;
    public static final long entries$offset = 8;

    private kvm_irq_routing() {}

    /** A zeroed struct. */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(SIZEOF, Long.BYTES);
    }

    public static int nr(MemorySegment struct) {
        return struct.get(JAVA_INT, nr$offset);
    }

    public static void nr(MemorySegment struct, int value) {
        struct.set(JAVA_INT, nr$offset, value);
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, flags$offset);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, flags$offset, value);
    }
}
