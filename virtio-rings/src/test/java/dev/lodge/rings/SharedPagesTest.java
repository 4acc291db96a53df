package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedPagesTest {

    private final List<MemorySegment> frames = DescriptorRingTest.frames(3);
    private final SharedPages pages = SharedPages.of(frames);

    @ParameterizedTest
    @CsvSource({"0, 10", "0, 12288", "4090, 12", "4095, 1", "4096, 4096", "4000, 8000", "12288, 0", "5, 0"})
    void whatIsWrittenAcrossFramesIsReadBack(int at, int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        pages.write(at, bytes, 0, length);
        byte[] back = new byte[length];
        pages.read(at, back, 0, length);
        assertArrayEquals(bytes, back);

        byte[] likewise = new byte[length];
        pages.write(at, MemorySegment.ofArray(bytes), 0, length);
        pages.read(at, MemorySegment.ofArray(likewise), 0, length);
        assertArrayEquals(bytes, likewise);
    }

    @Test
    void framesLieOneBehindTheOther() {
        pages.write(4094, new byte[] {1, 2, 3, 4}, 0, 4);
        assertEquals(2, frames.get(0).get(ValueLayout.JAVA_BYTE, 4095));
        assertEquals(3, frames.get(1).get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(12288, pages.byteSize());
        assertEquals(frames.getFirst(), pages.first());
    }

    @ParameterizedTest
    @CsvSource({"0, 12289", "12288, 1", "-1, 2", "4, -1", "9223372036854775807, 2"})
    void nothingLiesBeyondTheLastFrame(long at, int length) {
        byte[] bytes = new byte[20_000];
        assertThrows(IndexOutOfBoundsException.class, () -> pages.write(at, bytes, 0, length));
        assertThrows(IndexOutOfBoundsException.class, () -> pages.read(at, bytes, 0, length));
        MemorySegment segment = MemorySegment.ofArray(bytes);
        assertThrows(IndexOutOfBoundsException.class, () -> pages.write(at, segment, 0, length));
        assertThrows(IndexOutOfBoundsException.class, () -> pages.read(at, segment, 0, length));
    }

    @Test
    void aPieceMayHaveAnySize() {
        SharedPages piece = SharedPages.of(MemorySegment.ofArray(new byte[5000]));
        piece.write(4990, new byte[] {7, 8, 9}, 0, 3);
        byte[] back = new byte[3];
        piece.read(4990, back, 0, 3);
        assertArrayEquals(new byte[] {7, 8, 9}, back);
        assertThrows(IndexOutOfBoundsException.class, () -> piece.read(4998, back, 0, 3));
    }

    @Test
    void framesOfAnotherSizeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> SharedPages.of(List.of()));
        List<MemorySegment> odd = List.of(MemorySegment.ofArray(new byte[100]));
        assertThrows(IllegalArgumentException.class, () -> SharedPages.of(odd));
    }
}
