package dev.lodge.vmm.memory;

import dev.lodge.rings.FrameNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Which frames of its RAM a domain has, and how many it may have: what its balloon gives back is missing until it takes it
 * again ({@code xen/include/public/memory.h}).
 *
 * <p>A missing frame's memory is the host's again at once. It is not unmapped: a guest that touches it all the same finds
 * zeros, in memory that the host provides anew (docs/decisions/0007). Any vCPU's thread may call; this object's lock guards
 * its state, and the backing is called with it held.
 */
public final class Reservation {

    /** Where the memory comes from. */
    @FunctionalInterface
    public interface Backing {
        /** Gives the memory of a range, all of it RAM, back to the host; it reads as zeros from now on. */
        void discard(long address, long bytes);
    }

    /** Knows frames whose memory must stay although the guest gives them back, such as those that a back end has mapped. */
    @FunctionalInterface
    public interface Pins {
        /** Nothing is mapped by anybody. */
        Pins NONE = frame -> false;

        boolean isPinned(long frame);
    }

    /**
     * Consecutive frames of RAM.
     *
     * @param first the number of the first
     * @param end the number after the last
     */
    public record Range(long first, long end) {}

    /** The largest extent of an unprivileged domain: Xen's {@code CONFIG_DOMU_MAX_ORDER}. */
    public static final int MAX_ORDER = 9;

    private static final int CHUNK_SHIFT = 15; // frames of a chunk: 128 MiB of memory, 4 KiB of bits
    private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
    private static final long[] ALL_THERE = {};

    private final Range[] ram;
    private final long highest;
    private final long maximum;
    private final Backing backing;
    private final long[][] missing;
    private Pins pins = Pins.NONE;
    private long current;
    private long runFirst;
    private long runEnd;

    /**
     * A domain that has all its RAM.
     *
     * @param ram ascending, disjoint
     * @param highest the last frame of RAM or of the special pages
     * @param maximum frames that the domain may have, and has now
     */
    public Reservation(Range[] ram, long highest, long maximum, Backing backing) {
        this.ram = ram;
        this.highest = highest;
        this.maximum = maximum;
        this.backing = backing;
        current = maximum;
        int chunks = Math.toIntExact((ram[ram.length - 1].end() >> CHUNK_SHIFT) + 1);
        missing = new long[chunks][];
        Arrays.fill(missing, ALL_THERE);
    }

    /** Has frames looked up here before their memory is freed. */
    public synchronized void pinnedBy(Pins source) {
        pins = source;
    }

    /** Frames that the domain has: {@code XENMEM_current_reservation}. */
    public synchronized long current() {
        return current;
    }

    /** Frames that it may have: {@code XENMEM_maximum_reservation}. */
    public long maximum() {
        return maximum;
    }

    /** The highest frame that it has from the start: {@code XENMEM_maximum_gpfn}. */
    public long highest() {
        return highest;
    }

    /** Whether a frame is RAM that the domain has at present. */
    public synchronized boolean has(long frame) {
        return isRam(frame) && !isMissing(frame);
    }

    /**
     * Takes back extents: {@code XENMEM_decrease_reservation}.
     *
     * @param extents each one's first frame, 64 bits
     * @param count how many
     * @param order 2^order frames in each, 0 to {@link #MAX_ORDER}
     * @return how many were taken; the next has a frame that the domain has not, and those before that are gone
     */
    public synchronized int decrease(MemorySegment extents, int count, int order) {
        int done = 0;
        while (done < count && decreaseOne(extents.getAtIndex(ValueLayout.JAVA_LONG, done), order)) {
            done++;
        }
        discardRun();
        return done;
    }

    private boolean decreaseOne(long first, int order) {
        for (int i = 0; i < 1 << order; i++) {
            if (!take(first + i)) {
                return false;
            }
            current--;
        }
        return true;
    }

    /**
     * Gives extents of zeros where the domain has none: {@code XENMEM_populate_physmap}.
     *
     * @param extents as for {@link #decrease}
     * @return how many were given; the next would exceed the maximum, is not RAM, or is there. (Xen would let go of what is
     *     there without freeing it.)
     */
    public synchronized int populate(MemorySegment extents, int count, int order) {
        int done = 0;
        while (done < count && populateOne(extents.getAtIndex(ValueLayout.JAVA_LONG, done), 1 << order)) {
            done++;
        }
        return done;
    }

    private boolean populateOne(long first, int frames) {
        if (frames > maximum - current) {
            return false;
        }
        for (int i = 0; i < frames; i++) {
            if (!isRam(first + i) || !isMissing(first + i)) {
                return false;
            }
        }
        for (int i = 0; i < frames; i++) {
            chunk(first + i)[word(first + i)] &= ~bit(first + i);
        }
        current += frames;
        return true;
    }

    /**
     * Counts frames to the domain that it can find nowhere: {@code XENMEM_increase_reservation} for a domain whose frames
     * are translated.
     *
     * @return how many extents the maximum allows
     */
    public synchronized int increase(int count, int order) {
        int done = (int) Math.min(count, (maximum - current) >> order);
        current += (long) done << order;
        return done;
    }

    /**
     * Has a frame be found nowhere, though it still counts: {@code XENMEM_remove_from_physmap}.
     *
     * @return whether it was there
     */
    public synchronized boolean remove(long frame) {
        boolean taken = take(frame);
        discardRun();
        return taken;
    }

    /**
     * Has a frame appear at the place of another, which is freed if it was there: {@code XENMAPSPACE_gmfn}. For the guest
     * they swap, so its bytes are moved.
     *
     * @return whether both are RAM, the first is there and nobody has it mapped
     */
    public synchronized boolean move(GuestRam memory, long from, long to) {
        if (!isRam(to) || !isRam(from) || isMissing(from) || pins.isPinned(from)) {
            return false;
        }
        if (from == to) {
            return true;
        }
        memory.frame(new FrameNumber(to)).copyFrom(memory.frame(new FrameNumber(from)));
        if (isMissing(to)) {
            chunk(to)[word(to)] &= ~bit(to);
        } else {
            current--;
        }
        take(from);
        discardRun();
        return true;
    }

    /** Marks a frame as missing and adds it to the run that is to be discarded. */
    private boolean take(long frame) {
        if (!isRam(frame) || isMissing(frame)) {
            return false;
        }
        chunk(frame)[word(frame)] |= bit(frame);
        if (pins.isPinned(frame)) {
            return true; // its memory goes when it is given back again
        }
        if (frame == runEnd) {
            runEnd++;
        } else if (frame == runFirst - 1) {
            runFirst--;
        } else {
            discardRun();
            runFirst = frame;
            runEnd = frame + 1;
        }
        return true;
    }

    private void discardRun() {
        if (runEnd > runFirst) {
            backing.discard(runFirst << FrameNumber.FRAME_SHIFT, (runEnd - runFirst) << FrameNumber.FRAME_SHIFT);
        }
        runFirst = runEnd = 0;
    }

    private boolean isRam(long frame) {
        for (Range range : ram) {
            if (frame >= range.first() && frame < range.end()) {
                return true;
            }
        }
        return false;
    }

    private boolean isMissing(long frame) {
        long[] bits = missing[(int) (frame >> CHUNK_SHIFT)];
        return bits.length != 0 && (bits[word(frame)] & bit(frame)) != 0;
    }

    /** The bits of a frame's chunk, made if nothing of it was ever missing: at most 1/32768 of the RAM. */
    private long[] chunk(long frame) {
        int index = (int) (frame >> CHUNK_SHIFT);
        if (missing[index].length == 0) {
            missing[index] = new long[(CHUNK_MASK + 1) / Long.SIZE];
        }
        return missing[index];
    }

    private static int word(long frame) {
        return ((int) frame & CHUNK_MASK) / Long.SIZE;
    }

    private static long bit(long frame) {
        return 1L << frame;
    }
}
