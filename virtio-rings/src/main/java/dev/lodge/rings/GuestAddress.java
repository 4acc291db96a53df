package dev.lodge.rings;

/**
 * A guest-physical address in bytes, unsigned. It may name RAM, a hole or nothing: only {@link GuestMemory} decides.
 *
 * @param value the address; all 64 bits are allowed, since it may come from a guest
 */
public record GuestAddress(long value) {

    /** The address {@code bytes} further on, modulo 2^64. */
    public GuestAddress plus(long bytes) {
        return new GuestAddress(value + bytes);
    }

    /** The frame that holds this address. */
    public FrameNumber frame() {
        return FrameNumber.of(this);
    }

    /** The distance in bytes from the start of the frame, 0 to 4095. */
    public int offsetInFrame() {
        return (int) (value & (FrameNumber.FRAME_SIZE - 1));
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
