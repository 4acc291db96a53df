package dev.lodge.vmm.backend.block;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.rings.RingFrontEnd;
import dev.lodge.vmm.abi.BlkifAbi;
import dev.lodge.vmm.abi.GuestWidth;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A front end's side of one ring: builds requests and reads responses. */
final class FakeBlockFront {

    final RingFrontEnd ring;
    private final MemorySegment entry = MemorySegment.ofArray(new long[BlkifAbi.SIZEOF_request / Long.BYTES]);
    private final MemorySegment response = MemorySegment.ofArray(new long[BlkifAbi.SIZEOF_response / Long.BYTES]);

    private final GuestWidth width;

    /** A 64-bit guest's. */
    FakeBlockFront(DescriptorRing ring) {
        this(ring, GuestWidth.BITS_64);
    }

    FakeBlockFront(DescriptorRing ring, GuestWidth width) {
        this.ring = ring.newFrontEnd();
        this.width = width;
    }

    /** A request with one segment for each group of three: grant, first and last sector. */
    void put(int operation, long id, long sector, int... segments) {
        putClaiming(segments.length / 3, operation, id, sector, segments);
    }

    /** Like {@link #put}, with another number of segments in the request. */
    void putClaiming(int count, int operation, long id, long sector, int... segments) {
        entry.fill((byte) 0xee);
        entry.set(ValueLayout.JAVA_BYTE, BlkifAbi.request_operation, (byte) operation);
        entry.set(ValueLayout.JAVA_BYTE, BlkifAbi.request_nr_segments, (byte) count);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.request_id, id);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.request_sector_number, sector);
        for (int i = 0; i < segments.length / 3; i++) {
            segment(entry, BlkifAbi.request_seg + i * BlkifAbi.SIZEOF_segment, segments, 3 * i);
        }
        put();
    }

    private static void segment(MemorySegment into, int at, int[] segments, int from) {
        into.set(ValueLayout.JAVA_INT, at + BlkifAbi.segment_gref, segments[from]);
        into.set(ValueLayout.JAVA_BYTE, at + BlkifAbi.segment_first_sect, (byte) segments[from + 1]);
        into.set(ValueLayout.JAVA_BYTE, at + BlkifAbi.segment_last_sect, (byte) segments[from + 2]);
    }

    /** A request whose segments are in frames of their own, which are named by their grants. */
    void putIndirect(int operation, long id, long sector, int count, int... grants) {
        entry.fill((byte) 0);
        entry.set(ValueLayout.JAVA_BYTE, BlkifAbi.request_operation, (byte) BlkifAbi.BLKIF_OP_INDIRECT);
        entry.set(ValueLayout.JAVA_BYTE, BlkifAbi.indirect_indirect_op, (byte) operation);
        entry.set(ValueLayout.JAVA_SHORT, BlkifAbi.indirect_nr_segments, (short) count);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.indirect_id, id);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.indirect_sector_number, sector);
        for (int i = 0; i < grants.length; i++) {
            entry.set(ValueLayout.JAVA_INT, BlkifAbi.indirect_indirect_grefs + 4L * i, grants[i]);
        }
        put();
    }

    /** What is in the entry, as a guest of this width has it: 32-bit ones have no padding between the first 4 bytes and the id. */
    private void put() {
        if (width == GuestWidth.BITS_32) {
            MemorySegment narrow = MemorySegment.ofArray(new int[BlkifAbi.SIZEOF_request_32 / Integer.BYTES]);
            MemorySegment.copy(entry, 0, narrow, 0, 4);
            MemorySegment.copy(entry, 8, narrow, 4, narrow.byteSize() - 4);
            ring.put(narrow);
        } else {
            ring.put(entry);
        }
    }

    /** Writes segments into a frame of an indirect request's. */
    static void indirectSegments(MemorySegment frame, int... segments) {
        for (int i = 0; i < segments.length / 3; i++) {
            segment(frame, i * BlkifAbi.SIZEOF_segment, segments, 3 * i);
        }
    }

    void putDiscard(long id, long sector, long sectors) {
        entry.fill((byte) 0);
        entry.set(ValueLayout.JAVA_BYTE, BlkifAbi.request_operation, (byte) BlkifAbi.BLKIF_OP_DISCARD);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.request_id, id);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.discard_sector_number, sector);
        entry.set(ValueLayout.JAVA_LONG, BlkifAbi.discard_nr_sectors, sectors);
        put();
    }

    /** The next response as "ID OPERATION STATUS", or "nothing". */
    String response() throws ConnectionFault {
        if (!ring.take(response)) {
            return "nothing";
        }
        return response.get(ValueLayout.JAVA_LONG, BlkifAbi.response_id) + " "
                + response.get(ValueLayout.JAVA_BYTE, BlkifAbi.response_operation) + " "
                + response.get(ValueLayout.JAVA_SHORT, BlkifAbi.response_status);
    }
}
