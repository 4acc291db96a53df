package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryMappingTest {
    private static final int READ_WRITE = Mman.PROT_READ | Mman.PROT_WRITE;

    @Test
    void anonymousMemoryIsZeroAndWritableToItsLastByte() {
        try (MemoryMapping mapping = MemoryMapping.anonymous(1 << 20)) {
            MemorySegment memory = mapping.segment();
            assertEquals(1 << 20, mapping.size());
            assertEquals(0, memory.get(JAVA_BYTE, (1 << 20) - 1));
            memory.set(JAVA_BYTE, (1 << 20) - 1, (byte) 7);
            assertEquals(7, memory.get(JAVA_BYTE, (1 << 20) - 1));
            assertThrows(IndexOutOfBoundsException.class, () -> memory.get(JAVA_BYTE, 1 << 20));
        }
    }

    @Test
    void aUseAfterCloseIsAnExceptionAndNotACrash() {
        MemoryMapping mapping = MemoryMapping.anonymous(4096);
        MemorySegment memory = mapping.segment();
        mapping.close();
        assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> mapping.advise(0, 4096, Mman.MADV_DONTNEED));
        assertThrows(IllegalStateException.class, mapping::close);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aMappingOfNothingIsRefused(long size) {
        assertThrows(IllegalArgumentException.class, () -> MemoryMapping.anonymous(size));
        assertThrows(IllegalArgumentException.class, () -> MemoryMapping.anonymousAligned(size, Mman.HUGE_PAGE_SIZE));
    }

    @Test
    void moreThanTheAddressSpaceIsRefusedWithTheSize() {
        LinuxException refused = assertThrows(LinuxException.class, () -> MemoryMapping.anonymous(1L << 60));
        assertEquals(Errno.ENOMEM, refused.errno());
        assertTrue(refused.getMessage().startsWith("mmap of 1152921504606846976 bytes: ENOMEM"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, 2 << 20, 1 << 30})
    void anAlignedMappingBeginsAtAMultipleAndCanBeUsedThroughout(long alignment) {
        try (MemoryMapping mapping = MemoryMapping.anonymousAligned(3 << 20, alignment)) {
            assertEquals(0, mapping.address() % alignment);
            assertEquals(3 << 20, mapping.size());
            mapping.segment().set(JAVA_LONG, 0, 1);
            mapping.segment().set(JAVA_LONG, (3 << 20) - 8, 2);
            mapping.advise(0, 3 << 20, Mman.MADV_DONTDUMP);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3000, 12288, -4096})
    void anAlignmentThatIsNoPowerOfTwoIsRefused(long alignment) {
        assertThrows(IllegalArgumentException.class, () -> MemoryMapping.anonymousAligned(4096, alignment));
    }

    @Test
    void adviceThatMemoryIsNotNeededZeroesIt() {
        try (MemoryMapping mapping = MemoryMapping.anonymous(8192)) {
            mapping.segment().fill((byte) 9);
            mapping.advise(4096, 4096, Mman.MADV_DONTNEED);
            assertEquals(9, mapping.segment().get(JAVA_BYTE, 4095));
            assertEquals(0, mapping.segment().get(JAVA_BYTE, 4096));
        }
    }

    @Test
    void adviceBeyondTheMappingIsRefused() {
        try (MemoryMapping mapping = MemoryMapping.anonymous(8192)) {
            assertThrows(IllegalArgumentException.class, () -> mapping.advise(4096, 8192, Mman.MADV_DONTNEED));
            assertThrows(IllegalArgumentException.class, () -> mapping.advise(-4096, 4096, Mman.MADV_DONTNEED));
            assertThrows(
                    IllegalArgumentException.class, () -> mapping.advise(Long.MAX_VALUE, 4096, Mman.MADV_DONTNEED));
            assertThrows(
                    IllegalArgumentException.class, () -> mapping.advise(4096, Long.MAX_VALUE, Mman.MADV_DONTNEED));
            LinuxException refused = assertThrows(LinuxException.class, () -> mapping.advise(1, 4096, 4));
            assertEquals(Errno.EINVAL, refused.errno());
        }
    }

    @Test
    void twoMappingsOfAMemoryFileShareTheirBytes() {
        try (FileDescriptor file = MemoryFile.create("shared", 8192);
                MemoryMapping one = MemoryMapping.file(file, 0, 8192, READ_WRITE, Mman.MAP_SHARED);
                MemoryMapping reserved = MemoryMapping.reserve(1 << 20)) {
            assertEquals(8192, file.size());
            reserved.mapFile(65536, 4096, file, 4096, READ_WRITE, Mman.MAP_SHARED);
            one.segment().set(JAVA_BYTE, 4100, (byte) 77);
            assertEquals(77, reserved.segment().get(JAVA_BYTE, 65540));
        }
    }

    @Test
    void aPartOfAReservationBecomesMemory() {
        try (MemoryMapping reserved = MemoryMapping.reserve(1 << 20)) {
            reserved.mapAnonymous(4096, 4096, READ_WRITE);
            reserved.segment().set(JAVA_BYTE, 4096, (byte) 5);
            reserved.protect(4096, 4096, Mman.PROT_READ);
            assertEquals(5, reserved.segment().get(JAVA_BYTE, 4096));
            assertThrows(IllegalArgumentException.class, () -> reserved.mapAnonymous(1 << 20, 4096, READ_WRITE));
        }
    }

    @Test
    void aMemoryFileOfNegativeSizeIsRefused() {
        LinuxException refused = assertThrows(LinuxException.class, () -> MemoryFile.create("negative", -1));
        assertEquals(Errno.EINVAL, refused.errno());
        assertThrows(IllegalArgumentException.class, () -> MemoryFile.create("a\0b", 1));
    }
}
