package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A kernel that is unpacked, checked and ready to be copied to where it runs.
 *
 * <p>It holds a file or memory open until closed. Not for more than one thread at once.
 */
public final class LoadableKernel implements AutoCloseable {

    /** Where the kernel's bytes are. */
    sealed interface Bytes permits MemoryBytes, FileBytes {

        /**
         * Copies from {@code offset} on until {@code target} is full.
         *
         * @throws IOException if they cannot be read, or end before
         */
        void copyTo(MemorySegment target, long offset) throws IOException;

        void close();
    }

    private final String name;
    private final KernelDescription description;
    private final Bytes bytes;

    /**
     * A kernel.
     *
     * @param name the file's name, for messages
     * @param bytes closed with this object
     */
    LoadableKernel(String name, KernelDescription description, Bytes bytes) {
        this.name = name;
        this.description = description;
        this.bytes = bytes;
    }

    /** The file's name, as the user gave it. */
    public String name() {
        return name;
    }

    /** The kernel's release, as {@code uname -r} has it ({@code 6.1.0-9-cloud-amd64}); empty if the file does not say. */
    public String release() {
        return description.release();
    }

    /** Where its hypercalls are, guest-physical. */
    public HypercallSites hypercallSites() {
        return description.sites();
    }

    KernelDescription description() {
        return description;
    }

    Bytes bytes() {
        return bytes;
    }

    /**
     * Copies the kernel to where it runs. What {@code memory} holds elsewhere stays, and must be zeros in the kernel's
     * segments: fresh memory is.
     *
     * @param memory with RAM wherever the kernel has a segment
     * @throws BootException if the kernel's bytes can no longer be read
     */
    void loadInto(GuestMemory memory) {
        List<KernelDescription.Extent> extents = description.extents();
        try {
            for (int i = 0; i < extents.size(); i++) {
                KernelDescription.Extent extent = extents.get(i);
                bytes.copyTo(memory.slice(new GuestAddress(extent.address()), extent.length()), extent.offset());
            }
        } catch (IOException e) {
            throw new BootException(
                    "cannot boot " + name + ": its unpacked form cannot be read (" + e + "); empty Lodge's cache", e);
        }
    }

    @Override
    public void close() {
        bytes.close();
    }
}
