package dev.lodge.vmm.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lodge.linux.IoVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;

/** Random reads of a storage by its queue, as many at a time as may be: into pieces of memory with gaps, which stay as they are. */
final class QueuedReads {

    static final int DEPTH = 32;

    private static final int LONGEST = 300 * 512;
    private static final int MOST_PIECES = 9;
    private static final int GAP = 64;
    private static final byte UNTOUCHED = 0x5a;

    private final ReadQueue queue;
    private final Random random;
    private final long[] positions = new long[DEPTH];
    private final int[] lengths = new int[DEPTH];
    private final IoVector[] vectors = new IoVector[DEPTH];
    private final MemorySegment[] memory = new MemorySegment[DEPTH];
    private int inProgress;

    private QueuedReads(ReadQueue queue, long seed) {
        this.queue = queue;
        random = new Random(seed);
        for (int i = 0; i < DEPTH; i++) {
            vectors[i] = new IoVector(MOST_PIECES);
            memory[i] = Arena.ofAuto().allocate(LONGEST + (MOST_PIECES + 1) * GAP);
        }
    }

    /** The storage's queue; without one the test cannot be run here. */
    static ReadQueue of(Storage storage) {
        ReadQueue queue = storage.readQueue(DEPTH);
        return Objects.requireNonNullElseGet(
                queue, () -> abort("this host has no io_uring for us, or the build is in memory"));
    }

    /** Reads so often, and expects what a disk with this content has there. */
    static void assertReads(byte[] content, Storage storage, int times, long seed) {
        try (ReadQueue queue = of(storage)) {
            new QueuedReads(queue, seed).run(content, times);
        }
    }

    private void run(byte[] content, int times) {
        int begun = 0;
        for (; begun < DEPTH; begun++) {
            begin(begun, content.length);
        }
        assertEquals(DEPTH, queue.pending());
        while (queue.pending() > 0) {
            queue.await();
            while (queue.takeEnded()) {
                int slot = queue.token();
                check(slot, content);
                if (begun < times) {
                    begin(slot, content.length);
                    begun++;
                }
            }
        }
        assertEquals(0, inProgress);
    }

    private void begin(int slot, int size) {
        int sectors = 1 + random.nextInt(random.nextInt(LONGEST / 512) + 1);
        lengths[slot] = sectors * 512;
        positions[slot] = 512L * random.nextInt(size / 512 - sectors + 1);
        memory[slot].fill(UNTOUCHED);
        vectors[slot].clear();
        long at = GAP;
        int left = lengths[slot];
        while (left > 0) {
            boolean last = vectors[slot].room() == 1;
            int length = last ? left : 1 + random.nextInt(left); // any number of bytes
            vectors[slot].add(memory[slot], at, length);
            at += length + GAP;
            left -= length;
        }
        queue.begin(positions[slot], vectors[slot], slot);
        inProgress++;
    }

    private void check(int slot, byte[] content) {
        inProgress--;
        assertEquals(lengths[slot], queue.bytes());
        int from = (int) positions[slot];
        byte[] read = new byte[lengths[slot]];
        vectors[slot].drain(0, MemorySegment.ofArray(read), 0, read.length);
        assertArrayEquals(Arrays.copyOfRange(content, from, from + read.length), read);
        int untouched = 0;
        for (long i = 0; i < memory[slot].byteSize(); i++) {
            untouched += memory[slot].get(ValueLayout.JAVA_BYTE, i) == UNTOUCHED ? 1 : 0;
        }
        int same = 0;
        for (byte value : read) {
            same += value == UNTOUCHED ? 1 : 0;
        }
        assertTrue(untouched - same == memory[slot].byteSize() - read.length, "memory beside a piece was written to");
    }
}
