package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IoVectorTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(100);
    private final IoVector pieces = new IoVector(8);

    /** 10 bytes at 50, then 10 at 0, then 10 at 20: what lies where is told by counting. */
    private void addThree() {
        for (int i = 0; i < 10; i++) {
            memory.set(ValueLayout.JAVA_BYTE, 50 + i, (byte) i);
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (10 + i));
            memory.set(ValueLayout.JAVA_BYTE, 20 + i, (byte) (20 + i));
        }
        pieces.add(memory, 50, 10);
        pieces.add(memory, 0, 10);
        pieces.add(memory, 20, 10);
    }

    @ParameterizedTest
    @CsvSource({"0, 30", "0, 5", "5, 10", "9, 12", "10, 10", "20, 10", "29, 1", "30, 0"})
    void aPartIsTheBytesFromThereOn(int from, int length) {
        addThree();
        IoVector part = new IoVector(3);
        part.addPart(pieces, from, length);
        assertEquals(length, part.bytes());
        assertCounts(part, from, length);
        byte[] drained = new byte[length];
        pieces.drain(from, MemorySegment.ofArray(drained), 0, length);
        for (int i = 0; i < length; i++) {
            assertEquals(from + i, drained[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 25, 30})
    void whatWasTransferredIsCutOff(int transferred) {
        addThree();
        pieces.consume(transferred);
        assertEquals(30 - transferred, pieces.bytes());
        assertCounts(pieces, transferred, 30 - transferred);
    }

    @Test
    void aPartIsFilledOrZeroed() {
        addThree();
        pieces.fill(8, MemorySegment.ofArray(new byte[] {0, 71, 72, 73, 74}), 1, 4);
        pieces.zero(19, 2);
        byte[] all = new byte[30];
        pieces.drain(0, MemorySegment.ofArray(all), 0, 30);
        assertArrayEquals(
                new byte[] {
                    0, 1, 2, 3, 4, 5, 6, 7, 71, 72, 73, 74, 12, 13, 14, 15, 16, 17, 18, 0, 0, 21, 22, 23, 24, 25, 26,
                    27, 28, 29
                },
                all);
    }

    @Test
    void partsThatAreNotThereAreRefused() {
        addThree();
        IoVector part = new IoVector(1);
        assertThrows(IndexOutOfBoundsException.class, () -> part.addPart(pieces, 25, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> part.addPart(pieces, -1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> pieces.zero(30, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> pieces.drain(0, memory, 0, 31));
        assertThrows(IndexOutOfBoundsException.class, () -> part.add(memory, 99, 2));
        assertThrows(IllegalArgumentException.class, () -> part.add(MemorySegment.ofArray(new byte[4]), 0, 4));
        assertEquals(0, part.count());
        part.add(memory, 0, 1);
        assertThrows(IllegalStateException.class, () -> part.add(memory, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new IoVector(0));
        assertThrows(IllegalArgumentException.class, () -> new IoVector(2049));
    }

    private static void assertCounts(IoVector vector, int from, int length) {
        byte[] bytes = new byte[length];
        vector.drain(0, MemorySegment.ofArray(bytes), 0, length);
        for (int i = 0; i < length; i++) {
            assertEquals(from + i, bytes[i]);
        }
    }
}
