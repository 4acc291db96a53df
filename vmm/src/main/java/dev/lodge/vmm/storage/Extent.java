package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import org.jspecify.annotations.Nullable;

/**
 * Where a range of a disk is, from its start on for some bytes: one behind the other in a file that a read may have to wait for;
 * nowhere, as they are zeroes; or at hand, which is where only {@link Storage#read} finds them, or finds them without waiting.
 * One is filled in again and again, so that none is made for a request. One thread at a time.
 */
final class Extent {

    private long length;
    private boolean zeroes;
    private @Nullable DiskFile file;
    private long position;

    /** They are in a file; at hand if it is in memory. */
    void inFile(DiskFile holder, long at, long bytes) {
        set(bytes, false, holder.isInMemory() ? null : holder, at);
    }

    /** They are zeroes. */
    void zeroes(long bytes) {
        set(bytes, true, null, 0);
    }

    /** They are to be read by {@link Storage#read}. */
    void atHand(long bytes) {
        set(bytes, false, null, 0);
    }

    private void set(long bytes, boolean allZeroes, @Nullable DiskFile holder, long at) {
        length = bytes;
        zeroes = allZeroes;
        file = holder;
        position = at;
    }

    /** How many bytes it goes on so, 1 at least. */
    long length() {
        return length;
    }

    boolean isZeroes() {
        return zeroes;
    }

    /** The file they are in; null if they are zeroes or at hand. */
    @Nullable
    DiskFile file() {
        return file;
    }

    /** Where they begin in {@link #file}. */
    long position() {
        return position;
    }
}
