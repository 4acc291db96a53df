package dev.lodge.vmm.storage;

import dev.lodge.linux.IoVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads and writes arrays, by vectors of two pieces. */
final class StorageFixture {

    private StorageFixture() {}

    static byte[] read(Storage storage, long position, int length) throws IOException {
        MemorySegment memory = Arena.ofAuto().allocate(length + 1L);
        storage.read(position, vector(memory, length));
        return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    static void write(Storage storage, long position, byte[] bytes) throws IOException {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length + 1L);
        memory.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        storage.write(position, vector(memory, bytes.length));
    }

    private static IoVector vector(MemorySegment memory, int length) {
        IoVector vector = new IoVector(2);
        vector.add(memory, 0, length / 3);
        vector.add(memory, length / 3, length - length / 3);
        return vector;
    }
}
