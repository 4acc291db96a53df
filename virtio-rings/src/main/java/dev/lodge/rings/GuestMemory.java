package dev.lodge.rings;

import java.lang.foreign.MemorySegment;

/**
 * A domain's RAM as its monitor sees it.
 *
 * <p>What the returned segments hold is shared with running vCPUs and may change at any moment: copy a field once, check
 * the copy, use the copy. Implementations may be called from any thread.
 */
public interface GuestMemory {

    /**
     * The bytes from {@code address} on, without a copy.
     *
     * @param length in bytes, 0 or more
     * @throws GuestFault if the range is not wholly RAM, wraps round the address space or is not contiguous in the host
     */
    MemorySegment slice(GuestAddress address, long length);

    /**
     * One frame of {@link FrameNumber#FRAME_SIZE} bytes.
     *
     * @throws GuestFault if the frame is not RAM
     */
    default MemorySegment frame(FrameNumber frame) {
        return slice(frame.address(), FrameNumber.FRAME_SIZE);
    }

    /** How many bytes of RAM the domain has, holes not counted. */
    long ramBytes();
}
