package dev.lodge.vmm.memory;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The memory of a domain: a few regions of guest-physical addresses, each one piece of host memory. Regions are added
 * while the domain runs, but never taken away.
 *
 * <p>Any thread may use it. What is in the memory changes under everybody's eyes: vCPUs are running.
 */
public final class GuestRam implements GuestMemory {

    /** Returned where an address is in no region. */
    static final int NO_REGION = -1;

    /**
     * A piece of guest memory.
     *
     * @param base guest-physical address of its first byte
     * @param host the bytes
     */
    public record Region(long base, MemorySegment host) {}

    private volatile Region[] regions; // replaced by a longer one, so an index stays good
    private volatile MemorySegment[] readOnly; // each region's, replaced first

    /**
     * A domain's memory.
     *
     * @param regions not overlapping; the one that is used most first
     */
    public GuestRam(List<Region> regions) {
        this.regions = regions.toArray(new Region[0]);
        readOnly = regions.stream().map(region -> region.host().asReadOnly()).toArray(MemorySegment[]::new);
    }

    /** Adds a region, which must not overlap others. */
    public synchronized void add(Region region) {
        Region[] more = Arrays.copyOf(regions, regions.length + 1);
        more[regions.length] = region;
        MemorySegment[] moreReadOnly = Arrays.copyOf(readOnly, more.length);
        moreReadOnly[regions.length] = region.host().asReadOnly();
        readOnly = moreReadOnly;
        regions = more;
    }

    @Override
    public MemorySegment slice(GuestAddress address, long length) {
        int region = region(address.value(), length);
        if (region == NO_REGION) {
            throw new GuestFault(length + " bytes at guest-physical " + address + " are not RAM");
        }
        return host(region).asSlice(offset(region, address.value()), length);
    }

    /**
     * Adds a frame to a list, without a new object.
     *
     * @param frame a frame's number, any value
     * @param write false for memory that cannot be written to by it
     * @throws GuestFault if the frame is not RAM
     */
    public void list(long frame, boolean write, FrameList to) {
        long address = frame << FrameNumber.FRAME_SHIFT;
        int region = address >>> FrameNumber.FRAME_SHIFT == frame ? region(address, FrameNumber.FRAME_SIZE) : NO_REGION;
        if (region == NO_REGION) {
            throw new GuestFault("frame " + new FrameNumber(frame) + " is not RAM");
        }
        to.add(write ? host(region) : readOnly[region], offset(region, address));
    }

    /**
     * Copies between the memories of two domains, or within one, where the ranges may overlap.
     *
     * @param length in bytes, 0 or more
     * @return whether both ranges are RAM, each in one region; nothing is copied if not
     */
    public static boolean copy(GuestRam from, long fromAddress, GuestRam to, long toAddress, int length) {
        int source = from.region(fromAddress, length);
        return source != NO_REGION
                && to.copyFrom(toAddress, from.host(source), from.offset(source, fromAddress), length);
    }

    /** Copies to a buffer of the monitor's; false, and nothing is done, if the range is not RAM in one region. */
    public boolean copyTo(long address, MemorySegment buffer, long at, int length) {
        int region = region(address, length);
        if (region == NO_REGION) {
            return false;
        }
        MemorySegment.copy(host(region), offset(region, address), buffer, at, length);
        return true;
    }

    /** Copies from a buffer of the monitor's; false, and nothing is done, if the range is not RAM in one region. */
    public boolean copyFrom(long address, MemorySegment buffer, long at, int length) {
        int region = region(address, length);
        if (region == NO_REGION) {
            return false;
        }
        MemorySegment.copy(buffer, at, host(region), offset(region, address), length);
        return true;
    }

    /** Whether all of a range is RAM, in one region. */
    public boolean contains(long address, long length) {
        return region(address, length) != NO_REGION;
    }

    @Override
    public long ramBytes() {
        long sum = 0;
        for (Region region : regions) {
            sum += region.host().byteSize();
        }
        return sum;
    }

    /** The region that holds all of a range, or {@link #NO_REGION}. */
    int region(long address, long length) {
        Region[] current = regions;
        for (int i = 0; i < current.length; i++) {
            long offset = address - current[i].base();
            long size = current[i].host().byteSize();
            if (Long.compareUnsigned(offset, size) < 0 && length >= 0 && length <= size - offset) {
                return i;
            }
        }
        return NO_REGION;
    }

    MemorySegment host(int region) {
        return regions[region].host();
    }

    long offset(int region, long address) {
        return address - regions[region].base();
    }
}
