package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_MAX_SEGMENTS_PER_REQUEST;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_INDIRECT;
import static dev.lodge.vmm.abi.BlkifAbi.SIZEOF_request;
import static dev.lodge.vmm.abi.BlkifAbi.SIZEOF_request_32;
import static dev.lodge.vmm.abi.BlkifAbi.SIZEOF_segment;
import static dev.lodge.vmm.abi.BlkifAbi.discard_nr_sectors;
import static dev.lodge.vmm.abi.BlkifAbi.discard_sector_number;
import static dev.lodge.vmm.abi.BlkifAbi.indirect_indirect_grefs;
import static dev.lodge.vmm.abi.BlkifAbi.indirect_indirect_op;
import static dev.lodge.vmm.abi.BlkifAbi.indirect_nr_segments;
import static dev.lodge.vmm.abi.BlkifAbi.indirect_sector_number;
import static dev.lodge.vmm.abi.BlkifAbi.request_id;
import static dev.lodge.vmm.abi.BlkifAbi.request_nr_segments;
import static dev.lodge.vmm.abi.BlkifAbi.request_operation;
import static dev.lodge.vmm.abi.BlkifAbi.request_padding;
import static dev.lodge.vmm.abi.BlkifAbi.request_sector_number;
import static dev.lodge.vmm.abi.BlkifAbi.request_seg;
import static dev.lodge.vmm.abi.BlkifAbi.segment_first_sect;
import static dev.lodge.vmm.abi.BlkifAbi.segment_gref;
import static dev.lodge.vmm.abi.BlkifAbi.segment_last_sect;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.GuestWidth;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A request as it was copied from the ring, and the segments that an indirect one keeps elsewhere, copied too. Made once for all
 * requests of a queue. What it tells is the guest's word: any value.
 */
final class BlockRequest {

    /** The most segments of an indirect request: 1 MiB of whole frames, as Linux's back end has it. */
    static final int MAX_SEGMENTS = 256;

    private static final int SEGMENTS_IN_FRAME = FrameNumber.FRAME_SIZE / SIZEOF_segment;

    private final MemorySegment entry = Arena.ofAuto().allocate(SIZEOF_request, Long.BYTES);
    private final GuestWidth width;
    private final MemorySegment asGiven;
    private final MemorySegment indirect = Arena.ofAuto().allocate(MAX_SEGMENTS * SIZEOF_segment, Long.BYTES);
    private boolean isIndirect;

    /** For requests of a front end of this width. */
    BlockRequest(GuestWidth width) {
        this.width = width;
        asGiven = width == GuestWidth.BITS_64 ? entry : entry.asSlice(request_padding);
    }

    /** Bytes of a request in a ring. */
    static int size(GuestWidth width) {
        return width == GuestWidth.BITS_64 ? SIZEOF_request : SIZEOF_request_32;
    }

    /** Where the ring copies a request to; {@link #begin} comes next. */
    MemorySegment entry() {
        return asGiven;
    }

    /** A new request is in the entry. */
    void begin() {
        if (width == GuestWidth.BITS_32) {
            entry.set(ValueLayout.JAVA_INT, 0, asGiven.get(ValueLayout.JAVA_INT, 0)); // all that is before the padding
        }
        isIndirect = rawOperation() == BLKIF_OP_INDIRECT;
    }

    /** What is asked for: of an indirect request, what that is for. */
    int operation() {
        return isIndirect ? entry.get(ValueLayout.JAVA_BYTE, indirect_indirect_op) & 0xff : rawOperation();
    }

    private int rawOperation() {
        return entry.get(ValueLayout.JAVA_BYTE, request_operation) & 0xff;
    }

    boolean isIndirect() {
        return isIndirect;
    }

    long id() {
        return entry.get(ValueLayout.JAVA_LONG, request_id); // where an indirect request has it, too
    }

    /** The first sector, unsigned. */
    long sector() {
        return entry.get(ValueLayout.JAVA_LONG, isIndirect ? indirect_sector_number : request_sector_number);
    }

    /** How many segments there are said to be. */
    int segments() {
        return isIndirect
                ? entry.get(ValueLayout.JAVA_SHORT, indirect_nr_segments) & 0xffff
                : entry.get(ValueLayout.JAVA_BYTE, request_nr_segments) & 0xff;
    }

    /** How many segments there may be. */
    int mostSegments() {
        return isIndirect ? MAX_SEGMENTS : BLKIF_MAX_SEGMENTS_PER_REQUEST;
    }

    // An indirect request's segments.

    /** How many frames hold its segments. */
    int indirectFrames() {
        return (segments() + SEGMENTS_IN_FRAME - 1) / SEGMENTS_IN_FRAME;
    }

    /** The grant of a frame of segments, one of at most {@code BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST}. */
    int indirectGrant(int index) {
        if (index >= BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST) {
            throw new IndexOutOfBoundsException(index);
        }
        return entry.get(ValueLayout.JAVA_INT, indirect_indirect_grefs + (long) index * Integer.BYTES);
    }

    /** Copies a frame of segments. */
    void copySegments(int index, MemorySegment memory, long offset) {
        int first = index * SEGMENTS_IN_FRAME;
        int count = Math.min(segments() - first, SEGMENTS_IN_FRAME);
        MemorySegment.copy(memory, offset, indirect, (long) first * SIZEOF_segment, (long) count * SIZEOF_segment);
    }

    // A segment.

    int grant(int segment) {
        return isIndirect
                ? indirect.get(ValueLayout.JAVA_INT, at(segment) + segment_gref)
                : entry.get(ValueLayout.JAVA_INT, at(segment) + segment_gref);
    }

    /** The first sector of the frame. */
    int first(int segment) {
        return byteOf(segment, segment_first_sect);
    }

    /** The last sector of the frame. */
    int last(int segment) {
        return byteOf(segment, segment_last_sect);
    }

    private int byteOf(int segment, int field) {
        MemorySegment from = isIndirect ? indirect : entry;
        return from.get(ValueLayout.JAVA_BYTE, at(segment) + field) & 0xff;
    }

    private long at(int segment) {
        return (isIndirect ? 0 : request_seg) + (long) segment * SIZEOF_segment;
    }

    // A discard.

    /** The first sector, unsigned. */
    long discardSector() {
        return entry.get(ValueLayout.JAVA_LONG, discard_sector_number);
    }

    /** How many sectors, unsigned. */
    long discardSectors() {
        return entry.get(ValueLayout.JAVA_LONG, discard_nr_sectors);
    }
}
