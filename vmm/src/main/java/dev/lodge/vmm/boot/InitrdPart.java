package dev.lodge.vmm.boot;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One piece of an initramfs. Linux reads several in a row as one archive. */
public sealed interface InitrdPart {

    /**
     * A file, read when the guest is built.
     *
     * @param path of a cpio archive, compressed or not
     * @param holdsAgent whether Lodge's agent is in it, a 64-bit program
     */
    record OfFile(Path path, boolean holdsAgent) implements InitrdPart {

        /** A file of the user's. */
        public OfFile(Path path) {
            this(path, false);
        }
    }

    /**
     * Bytes made by the monitor.
     *
     * @param bytes a cpio archive, compressed or not; not copied, so not to be changed
     */
    record OfBytes(MemorySegment bytes) implements InitrdPart {

        /** The whole array, not copied. */
        public OfBytes(byte[] bytes) {
            this(MemorySegment.ofArray(bytes));
        }
    }
}
