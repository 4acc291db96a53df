package dev.lodge.vmm.boot;

import dev.lodge.vmm.boot.KernelDescription.Extent;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds what of a segment must be loaded: a kernel's ELF holds tens of megabytes of zeros (its bss), which fresh memory
 * has already, and which then cost neither a copy nor a page.
 */
final class ExtentFinder {

    /** Shorter runs of zero pages are loaded: a further extent costs more. */
    private static final int WORTHWHILE = 16 * BootLayout.PAGE_SIZE;

    private final List<Extent> extents;

    /** A finder that adds to {@code extents}. */
    ExtentFinder(List<Extent> extents) {
        this.extents = extents;
    }

    /**
     * Adds a segment's extents, by address.
     *
     * @param content what the file has of the segment
     * @param offset where the content begins in the file
     * @param address where it is loaded
     */
    void add(ByteBuffer content, long offset, long address) {
        int start = -1;
        int end = 0;
        int next;
        for (int page = 0; page < content.limit(); page = next) {
            long pageEnd = ((address + page) | (BootLayout.PAGE_SIZE - 1)) + 1;
            next = (int) Math.min(pageEnd - address, content.limit());
            if (isZero(content, page, next)) {
                continue;
            }
            if (start >= 0 && page - end >= WORTHWHILE) {
                extents.add(new Extent(address + start, offset + start, end - start));
                start = -1;
            }
            if (start < 0) {
                start = page;
            }
            end = next;
        }
        if (start >= 0) {
            extents.add(new Extent(address + start, offset + start, end - start));
        }
    }

    private static boolean isZero(ByteBuffer bytes, int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            if (bytes.getLong(i) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
