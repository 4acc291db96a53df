package dev.lodge.rings;

/**
 * The number of a 4 KiB guest-physical frame (Xen's {@code xen_pfn_t}, a gfn).
 *
 * @param value the frame's number; a number of 2^52 or more is no frame and no address can name it
 */
public record FrameNumber(long value) {

    /** Bits of an address within a frame: {@code XEN_PAGE_SHIFT}. */
    public static final int FRAME_SHIFT = 12;

    /** Bytes in a frame. */
    public static final int FRAME_SIZE = 1 << FRAME_SHIFT;

    /** The frame that holds {@code address}. */
    public static FrameNumber of(GuestAddress address) {
        return new FrameNumber(address.value() >>> FRAME_SHIFT);
    }

    /**
     * The address of the frame's first byte.
     *
     * @throws GuestFault if the number is too large for a 64-bit address
     */
    public GuestAddress address() {
        if (value >>> (Long.SIZE - FRAME_SHIFT) != 0) {
            throw new GuestFault("frame " + this + " is beyond any address");
        }
        return new GuestAddress(value << FRAME_SHIFT);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
