package dev.lodge.vmm.boot;

import dev.lodge.vmm.abi.GuestWidth;
import java.util.List;

/**
 * What is known of a kernel besides its bytes: all that is needed to load and start it without looking at the file again.
 *
 * @param entry the PVH entry point, within a segment
 * @param release the kernel's release, as {@code uname -r} has it; empty if the file does not say
 * @param width of its programs at most: that of the ELF file
 * @param linux whether it is a Linux, which needs room to unpack its initramfs and to run
 * @param commandLineLimit the most bytes of command line that it takes, its NUL not counted
 * @param segments what must be RAM, by address, without overlap, all below 4 GiB; one at least
 * @param extents what must be copied there, by address; the rest of the segments is zeros
 * @param sites where its hypercalls are
 */
record KernelDescription(
        long entry,
        String release,
        GuestWidth width,
        boolean linux,
        int commandLineLimit,
        List<Segment> segments,
        List<Extent> extents,
        HypercallSites sites) {

    /** A segment's flag: it holds code ({@code PF_X}). */
    static final int EXECUTABLE = 1;

    /**
     * Memory that the kernel occupies.
     *
     * @param address where it begins
     * @param size in bytes, above 0
     * @param flags the ELF's {@code PF_*}
     */
    record Segment(long address, long size, int flags) {

        long end() {
            return address + size;
        }
    }

    /**
     * Bytes to be loaded.
     *
     * @param address where to
     * @param offset where from in the kernel's bytes; as far into a page as the address is
     * @param length in bytes, above 0
     */
    record Extent(long address, long offset, long length) {}

    /** The first byte past the kernel. */
    long end() {
        return segments.get(segments.size() - 1).end();
    }

    /** The same kernel with its bytes elsewhere. */
    KernelDescription withExtents(List<Extent> elsewhere) {
        return new KernelDescription(entry, release, width, linux, commandLineLimit, segments, elsewhere, sites);
    }

    /** The same kernel with what the file around the ELF says of it. */
    KernelDescription withHeader(String itsRelease, int itsCommandLineLimit) {
        return new KernelDescription(entry, itsRelease, width, linux, itsCommandLineLimit, segments, extents, sites);
    }
}
