package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    private final byte[] content = new byte[10_000];

    @BeforeEach
    void create() throws IOException {
        new Random(1).nextBytes(content);
        path = Files.write(directory.resolve("disk"), content);
    }

    @Test
    void aVectorIsFilledPieceByPiece() {
        try (DiskFile disk = DiskFile.open(path.toString(), false)) {
            MemorySegment memory = Arena.ofAuto().allocate(9000);
            IoVector pieces = new IoVector(3);
            pieces.add(memory, 0, 1000);
            pieces.add(memory, 5000, 3000);
            pieces.add(memory, 1000, 512);
            assertEquals(4512, disk.read(pieces, 100));
            assertEquals(0, pieces.count());
            assertArrayEquals(slice(100, 1000), bytes(memory, 0, 1000));
            assertArrayEquals(slice(1100, 3000), bytes(memory, 5000, 3000));
            assertArrayEquals(slice(4100, 512), bytes(memory, 1000, 512));
        }
    }

    @Test
    void aReadEndsWhereTheFileEnds() {
        try (DiskFile disk = DiskFile.open(path.toString(), false)) {
            MemorySegment memory = Arena.ofAuto().allocate(3000);
            IoVector pieces = new IoVector(2);
            pieces.add(memory, 0, 2000);
            pieces.add(memory, 2000, 1000);
            assertEquals(2500, disk.read(pieces, 7500));
            assertEquals(500, pieces.bytes());
            pieces.clear();
            pieces.add(memory, 0, 1);
            assertEquals(0, disk.read(pieces, 10_000));
            assertArrayEquals(slice(7500, 2500), bytes(memory, 0, 2500));
        }
    }

    @Test
    void whatIsWrittenIsInTheFile() throws IOException {
        try (DiskFile disk = DiskFile.open(path.toString(), true)) {
            MemorySegment memory = Arena.ofAuto().allocate(2000).fill((byte) 7);
            memory.asSlice(1000).fill((byte) 8);
            IoVector pieces = new IoVector(2);
            pieces.add(memory, 1000, 1000);
            pieces.add(memory, 0, 1000);
            disk.write(pieces, 9000);
            disk.sync();
            assertEquals(11_000, disk.size());
        }
        byte[] written = Files.readAllBytes(path);
        assertEquals(content[8999], written[8999]);
        assertEquals(8, written[9000]);
        assertEquals(7, written[10_000]);
    }

    @Test
    void aDiscardedRangeReadsAsZeroes() throws IOException {
        try (DiskFile disk = DiskFile.open(path.toString(), true)) {
            disk.discard(4096, 4096);
            assertEquals(10_000, disk.size());
        }
        byte[] left = Files.readAllBytes(path);
        assertEquals(0, left[4096] | left[8191]);
        assertEquals(content[4095], left[4095]);
        assertEquals(content[8192], left[8192]);
    }

    @Test
    void aWriterKeepsOthersOutAndReadersKeepWritersOut() {
        try (DiskFile reader = DiskFile.open(path.toString(), false)) {
            try (DiskFile writer = DiskFile.open(path.toString(), true)) {
                assertTrue(writer.tryLock(true));
                assertFalse(reader.tryLock(false));
            }
            assertTrue(reader.tryLock(false));
            try (DiskFile second = DiskFile.open(path.toString(), false);
                    DiskFile late = DiskFile.open(path.toString(), true)) {
                assertTrue(second.tryLock(false));
                assertFalse(late.tryLock(true));
            }
        }
    }

    @Test
    void aFileWithoutRoomOrRightSaysSo() {
        try (DiskFile disk = DiskFile.open(path.toString(), false)) {
            IoVector pieces = new IoVector(1);
            pieces.add(Arena.ofAuto().allocate(10), 0, 10);
            LinuxException refused = assertThrows(LinuxException.class, () -> disk.write(pieces, 0));
            assertEquals(Errno.EBADF, refused.errno());
        }
    }

    @Test
    void whatIsNoDiskIsRefused() {
        LinuxException folder = assertThrows(LinuxException.class, () -> DiskFile.open(directory.toString(), false));
        assertTrue(folder.getMessage().contains("a disk is a regular file or a block device"), folder.getMessage());
        assertThrows(LinuxException.class, () -> DiskFile.open("/dev/null", false));
        assertThrows(LinuxException.class, () -> DiskFile.open(directory + "/none", false));
    }

    @Test
    void aFileHasSectorsToo() {
        try (DiskFile disk = DiskFile.open(path.toString(), true)) {
            assertFalse(disk.isDevice());
            assertEquals(512, disk.sectorSize());
            assertEquals(4096, disk.physicalSectorSize());
            disk.resize(512);
            assertEquals(512, disk.size());
        }
    }

    @Test
    void aFileOfMemoryIsInMemory() {
        try (DiskFile disk = DiskFile.of(MemoryFile.create("disk", 4096))) {
            assertTrue(disk.isInMemory());
        }
    }

    @Test
    void aDeviceIsNotInMemoryThoughItsNodeIs() throws IOException {
        try (DiskFile disk = anyDevice()) {
            assertTrue(disk.isDevice());
            assertFalse(disk.isInMemory());
        }
    }

    private static DiskFile anyDevice() throws IOException {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"))) {
            for (Path device : devices) {
                try {
                    return DiskFile.open("/dev/" + device.getFileName(), false);
                } catch (LinuxException refused) {
                    // another, perhaps
                }
            }
        }
        return abort("no block device that we may read");
    }

    private byte[] slice(int from, int length) {
        byte[] part = new byte[length];
        System.arraycopy(content, from, part, 0, length);
        return part;
    }

    private static byte[] bytes(MemorySegment memory, long offset, long length) {
        return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
