package dev.lodge.vmm.boot;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A kernel's bytes in memory.
 *
 * @param elf the unpacked file
 * @param arena whose memory that is; closed with this object
 */
record MemoryBytes(MemorySegment elf, Arena arena) implements LoadableKernel.Bytes {

    @Override
    public void copyTo(MemorySegment target, long offset) {
        MemorySegment.copy(elf, offset, target, 0, target.byteSize());
    }

    @Override
    public void close() {
        arena.close();
    }
}
