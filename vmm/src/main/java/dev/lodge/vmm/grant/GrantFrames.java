package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.SIZEOF_entry_v1;
import static dev.lodge.vmm.abi.GrantTableAbi.SIZEOF_entry_v2;
import static dev.lodge.vmm.abi.GrantTableAbi.SIZEOF_status;

import dev.lodge.rings.FrameNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The frames of a grant table, in the guest's memory where it has placed them and in the host's till then, and what stands
 * in them.
 *
 * <pre>
 *   version 1, 8 bytes an entry:    flags | domid | frame (32 bits)
 *   version 2, 16 bytes an entry:   flags | domid | page_off | length | frame (64 bits)
 *                                   flags | domid | trans_domid | -    | gref  (32 bits)      transitive
 *   and in status frames, 2 bytes:  GTF_reading, GTF_writing, which version 1 has among the flags
 * </pre>
 *
 * <p>The guest writes at any moment. Under the lock of the {@link GrantTable} that it belongs to.
 */
final class GrantFrames {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private static final int STATUSES_IN_FRAME = FrameNumber.FRAME_SIZE / SIZEOF_status;
    private static final int ENTRIES_V2_IN_FRAME = FrameNumber.FRAME_SIZE / SIZEOF_entry_v2;

    private static final long NOWHERE = -1;

    private final MemorySegment[] shared;
    private final MemorySegment[] status;
    private final long[] places; // the guest's frame numbers, of shared and then status frames
    private int sharedCount;
    private int statusCount;
    private int version = 1;
    private int entryShift = shiftOf(1); // of an entry's size: these divisions come with each use

    /** One frame, of version 1. */
    GrantFrames(int maxFrames) {
        shared = new MemorySegment[maxFrames];
        status = new MemorySegment[statusFramesFor(maxFrames)];
        places = new long[shared.length + status.length];
        Arrays.fill(places, NOWHERE);
        grow(1);
    }

    int version() {
        return version;
    }

    int count() {
        return sharedCount;
    }

    int maxCount() {
        return shared.length;
    }

    int maxStatusCount() {
        return status.length;
    }

    /** How many entries there are. */
    int entries() {
        return sharedCount << FrameNumber.FRAME_SHIFT - entryShift;
    }

    /** Has at least so many frames; the new ones are empty. */
    void grow(int count) {
        while (sharedCount < count) {
            shared[sharedCount++] = emptyFrame();
        }
        if (version == 2) {
            growStatus();
        }
    }

    /** Has at least so many status frames, and the frames that they are for. */
    private void growToStatus(int count) {
        if (count > statusCount) {
            grow(Math.min(shared.length, count * STATUSES_IN_FRAME / ENTRIES_V2_IN_FRAME));
        }
    }

    private void growStatus() {
        while (statusCount < statusFramesFor(sharedCount)) {
            status[statusCount++] = emptyFrame();
        }
    }

    /** Clears all and begins with another version. */
    void beginVersion(int newVersion) {
        version = newVersion;
        entryShift = shiftOf(newVersion);
        for (int i = 0; i < sharedCount; i++) {
            shared[i].fill((byte) 0);
        }
        if (version == 2) {
            growStatus();
        }
        for (int i = 0; i < statusCount; i++) {
            status[i].fill((byte) 0);
        }
    }

    /** Moves a frame to one of the guest's, with what it held, and grows to it. */
    void place(int index, FrameNumber where, MemorySegment place) {
        grow(index + 1);
        move(shared, index, place);
        places[index] = where.value();
    }

    /** Moves a status frame likewise. */
    void placeStatus(int index, FrameNumber where, MemorySegment place) {
        growToStatus(index + 1);
        move(status, index, place);
        places[shared.length + index] = where.value();
    }

    private static void move(MemorySegment[] frames, int index, MemorySegment place) {
        MemorySegment.copy(frames[index], 0, place, 0, FrameNumber.FRAME_SIZE);
        frames[index] = place;
    }

    /** The guest's frame where a frame of the table was placed, or -1. */
    long placeOf(int index) {
        return places[index];
    }

    /** Whether a guest's frame holds a part of the table. */
    boolean isAt(long frame) {
        for (long place : places) {
            if (place == frame) {
                return true;
            }
        }
        return false;
    }

    /** Flags and domain of an entry, in one read. */
    int word(int ref) {
        return (int) INT.getVolatile(frameOf(ref), offsetOf(ref));
    }

    boolean compareAndSetWord(int ref, int expected, int word) {
        return INT.compareAndSet(frameOf(ref), offsetOf(ref), expected, word);
    }

    /** Writes an entry of either version. */
    void put(int ref, int word, long frame) {
        MemorySegment segment = frameOf(ref);
        if (version == 1) {
            INT.set(segment, offsetOf(ref) + 4, (int) frame);
        } else {
            LONG.set(segment, offsetOf(ref) + 8, frame);
        }
        INT.setRelease(segment, offsetOf(ref), word);
    }

    /** The frame that an entry names. */
    long frame(int ref) {
        MemorySegment segment = frameOf(ref);
        return version == 1
                ? Integer.toUnsignedLong((int) INT.getVolatile(segment, offsetOf(ref) + 4))
                : (long) LONG.getVolatile(segment, offsetOf(ref) + 8);
    }

    /** Version 2: page_off in the lower half and length in the upper, or trans_domid in the lower. */
    int range(int ref) {
        return (int) INT.getVolatile(frameOf(ref), offsetOf(ref) + 4);
    }

    /** Version 2: gref of a transitive grant. */
    int transitiveRef(int ref) {
        return (int) INT.getVolatile(frameOf(ref), offsetOf(ref) + 8);
    }

    /** Version 2: says in the status frame how an entry is used. */
    void setStatus(int ref, int flags) {
        INT.getAndBitwiseOr(status[ref / STATUSES_IN_FRAME], statusOffset(ref), flags << statusShift(ref));
    }

    /** Takes back how an entry is used, in either version. */
    void clearStatus(int ref, int flags) {
        if (version == 1) {
            INT.getAndBitwiseAnd(frameOf(ref), offsetOf(ref), ~flags);
        } else {
            INT.getAndBitwiseAnd(status[ref / STATUSES_IN_FRAME], statusOffset(ref), ~(flags << statusShift(ref)));
        }
    }

    /** Version 2: how an entry is used. */
    int status(int ref) {
        return (int) INT.getVolatile(status[ref / STATUSES_IN_FRAME], statusOffset(ref)) >>> statusShift(ref) & 0xffff;
    }

    /** Swaps two entries that nobody uses. */
    void swap(int a, int b) {
        for (int at = 0; at < 1 << entryShift; at += Integer.BYTES) {
            int ofA = (int) INT.getVolatile(frameOf(a), offsetOf(a) + at);
            int ofB = (int) INT.getVolatile(frameOf(b), offsetOf(b) + at);
            INT.setVolatile(frameOf(a), offsetOf(a) + at, ofB);
            INT.setVolatile(frameOf(b), offsetOf(b) + at, ofA);
        }
    }

    private MemorySegment frameOf(int ref) {
        return shared[ref >>> FrameNumber.FRAME_SHIFT - entryShift];
    }

    private long offsetOf(int ref) {
        return (long) ref << entryShift & FrameNumber.FRAME_SIZE - 1;
    }

    private static int shiftOf(int version) {
        return Integer.numberOfTrailingZeros(version == 1 ? SIZEOF_entry_v1 : SIZEOF_entry_v2);
    }

    /** Of the int that the status is a half of: shorts have no atomic operations here. */
    private static long statusOffset(int ref) {
        return (long) (ref % STATUSES_IN_FRAME & ~1) * SIZEOF_status;
    }

    private static int statusShift(int ref) {
        return (ref & 1) * Short.SIZE;
    }

    private static int statusFramesFor(int frames) {
        return (frames * ENTRIES_V2_IN_FRAME + STATUSES_IN_FRAME - 1) / STATUSES_IN_FRAME;
    }

    private static MemorySegment emptyFrame() {
        return Arena.ofAuto().allocate(FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
    }
}
