package dev.lodge.vmm.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * A structure of the ABI whose form depends on how wide its guest is. Handlers know its 64-bit form alone: what comes from a
 * 32-bit guest is {@linkplain #widen widened} after it is copied, what goes to one {@linkplain #narrow narrowed} before, as
 * Xen's compatibility layer does.
 *
 * <pre>
 *   struct sched_poll     32 bits   64 bits
 *     LONG  ports            0         0      a pointer
 *     U32   nr_ports         4         8
 *     U64   timeout          8        16      aligned to 4 bytes, or to 8
 *                           16        24      bytes in all
 * </pre>
 */
public final class VaryingStruct {

    /** A member. */
    public enum Member {
        U16(2, 2),
        U32(4, 4),
        U64(8, 8),
        /** {@code unsigned long}, {@code xen_pfn_t}, or a pointer. */
        LONG(4, 8),
        /** The end of a structure within, with such a member: what follows is aligned to that. */
        END(0, 0);

        private final int narrow;
        private final int wide;

        Member(int narrow, int wide) {
            this.narrow = narrow;
            this.wide = wide;
        }

        private int alignment(GuestWidth width) {
            if (this == END) {
                return LONG.alignment(width);
            }
            return width == GuestWidth.BITS_64 ? wide : Math.min(narrow, NARROW_ALIGNMENT);
        }
    }

    private static final int NARROW_ALIGNMENT = 4; // of whatever is larger, in the i386 ABI

    private final Member[] members;
    private final int[] narrowAt;
    private final int[] wideAt;
    private final int narrowSize;
    private final int wideSize;

    private VaryingStruct(Member[] members) {
        this.members = members;
        narrowAt = new int[members.length];
        wideAt = new int[members.length];
        int narrow = 0;
        int wide = 0;
        int narrowAlignment = 1;
        int wideAlignment = 1;
        for (int i = 0; i < members.length; i++) {
            Member member = members[i];
            narrowAt[i] = aligned(narrow, member.alignment(GuestWidth.BITS_32));
            wideAt[i] = aligned(wide, member.alignment(GuestWidth.BITS_64));
            narrow = narrowAt[i] + member.narrow;
            wide = wideAt[i] + member.wide;
            narrowAlignment = Math.max(narrowAlignment, member.alignment(GuestWidth.BITS_32));
            wideAlignment = Math.max(wideAlignment, member.alignment(GuestWidth.BITS_64));
        }
        narrowSize = aligned(narrow, narrowAlignment);
        wideSize = aligned(wide, wideAlignment);
    }

    /** A structure of these members, in their order. A structure within it is told by its members, and where it ends. */
    public static VaryingStruct of(Member... members) {
        return new VaryingStruct(members);
    }

    private static int aligned(int offset, int alignment) {
        return offset + alignment - 1 & -alignment;
    }

    /** Its bytes. */
    public int size(GuestWidth width) {
        return width == GuestWidth.BITS_32 ? narrowSize : wideSize;
    }

    /**
     * Where a member is.
     *
     * @param wideOffset where it is in the 64-bit form
     */
    public int offset(GuestWidth width, int wideOffset) {
        if (width == GuestWidth.BITS_64) {
            return wideOffset;
        }
        for (int i = 0; i < members.length; i++) {
            if (wideAt[i] == wideOffset && members[i] != Member.END) {
                return narrowAt[i];
            }
        }
        throw new IllegalArgumentException("no member at " + wideOffset);
    }

    /** Gives the 64-bit form to what has the 32-bit form, at the same place. */
    public void widen(MemorySegment place) {
        for (int i = members.length - 1; i >= 0; i--) {
            put(place, wideAt[i], members[i].wide, get(place, narrowAt[i], members[i].narrow));
        }
    }

    /** Gives the 32-bit form to what has the 64-bit form, at the same place. */
    public void narrow(MemorySegment place) {
        for (int i = 0; i < members.length; i++) {
            put(place, narrowAt[i], members[i].narrow, get(place, wideAt[i], members[i].wide));
        }
    }

    private static long get(MemorySegment place, int offset, int bytes) {
        return switch (bytes) {
            case 0 -> 0;
            case Short.BYTES -> Short.toUnsignedLong(place.get(JAVA_SHORT_UNALIGNED, offset));
            case Integer.BYTES -> Integer.toUnsignedLong(place.get(JAVA_INT_UNALIGNED, offset));
            default -> place.get(JAVA_LONG_UNALIGNED, offset);
        };
    }

    private static void put(MemorySegment place, int offset, int bytes, long value) {
        switch (bytes) {
            case 0 -> {}
            case Short.BYTES -> place.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
            case Integer.BYTES -> place.set(JAVA_INT_UNALIGNED, offset, (int) value);
            default -> place.set(JAVA_LONG_UNALIGNED, offset, value);
        }
    }
}
