package dev.lodge.vmm.storage;

import java.io.IOException;

/** What can say of a disk's bytes which file they are in, and where there, for a {@link FileReadQueue} to read them from it. */
interface Located {

    /** Whether any of its bytes are in a file that a read may have to wait for. */
    boolean mayWait();

    /**
     * Says where a range is, or the first part of it. That holds until the storage is next written to or told to discard: a read
     * that goes on meanwhile finds what was there, what is there now, or zeroes, and nothing that is not the disk's.
     *
     * @param length above 0
     * @param found is given what begins at {@code position} and is as long as {@code length}, or shorter
     * @throws IOException if only {@link Storage#read} can say what is wrong
     */
    void locate(long position, long length, Extent found) throws IOException;

    /** A storage as one; all of it is at hand if it does not say where it is. */
    static Located of(Storage storage) {
        return storage instanceof Located located ? located : AtHand.EVERYTHING;
    }

    /** A storage that does not say. */
    enum AtHand implements Located {
        EVERYTHING;

        @Override
        public boolean mayWait() {
            return false;
        }

        @Override
        public void locate(long position, long length, Extent found) {
            found.atHand(length);
        }
    }
}
