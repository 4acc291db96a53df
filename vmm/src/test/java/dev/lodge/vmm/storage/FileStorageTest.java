package dev.lodge.vmm.storage;

import static dev.lodge.vmm.storage.StorageFixture.read;
import static dev.lodge.vmm.storage.StorageFixture.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void aFileIsADiskByteForByte() throws IOException {
        byte[] content = random(8192);
        Path file = Files.write(directory.resolve("disk"), content);
        byte[] written = random(1024);
        try (FileStorage disk = FileStorage.open(file, true)) {
            assertEquals(8192, disk.size());
            assertTrue(disk.isWritable());
            assertArrayEquals(Arrays.copyOfRange(content, 512, 4096), read(disk, 512, 3584));
            write(disk, 1024, written);
            disk.discard(4096, 4096);
            disk.flush();
            assertArrayEquals(written, read(disk, 1024, 1024));
        }
        System.arraycopy(written, 0, content, 1024, 1024);
        Arrays.fill(content, 4096, 8192, (byte) 0);
        assertArrayEquals(content, Files.readAllBytes(file));
    }

    @Test
    void theLastSectorIsFilledUp() throws IOException {
        byte[] content = random(700);
        Path file = Files.write(directory.resolve("disk"), content);
        try (FileStorage disk = FileStorage.open(file, false)) {
            assertEquals(1024, disk.size());
            assertArrayEquals(Arrays.copyOf(content, 1024), read(disk, 0, 1024));
            assertFalse(disk.isWritable());
            assertFalse(disk.canDiscard());
        }
        assertEquals(700, Files.size(file));
    }

    @Test
    void aFileThatBecomesShorterSaysSo() throws IOException {
        Path file = Files.write(directory.resolve("disk"), random(4096));
        try (FileStorage disk = FileStorage.open(file, true);
                RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(2048);
            assertEquals(2048, disk.size());
            IOException refused = assertThrows(IOException.class, () -> read(disk, 1024, 2048));
            assertTrue(String.valueOf(refused.getMessage()).contains("too short"), refused.toString());
            assertThrows(IOException.class, () -> read(disk, 3584, 512));
        }
    }

    @Test
    void aFileIsForOneWriterAtATime() throws IOException {
        Path file = Files.write(directory.resolve("disk"), random(512));
        try (FileStorage disk = FileStorage.open(file, true)) {
            assertEquals(512, disk.size());
            IOException refused = assertThrows(IOException.class, () -> FileStorage.open(file, false));
            assertTrue(String.valueOf(refused.getMessage()).contains("is in use"), refused.toString());
        }
        try (FileStorage one = FileStorage.open(file, false);
                FileStorage two = FileStorage.open(file, false)) {
            assertEquals(one.size(), two.size());
            assertThrows(IOException.class, () -> FileStorage.open(file, true));
        }
    }

    @Test
    void whatCannotBeOpenedIsNamed() {
        IOException none = assertThrows(IOException.class, () -> FileStorage.open(directory.resolve("none"), true));
        assertTrue(String.valueOf(none.getMessage()).contains("none: ENOENT"), none.toString());
        IOException folder = assertThrows(IOException.class, () -> FileStorage.open(directory, false));
        assertTrue(String.valueOf(folder.getMessage()).contains("a regular file or a block device"), folder.toString());
    }

    @Test
    void aDiskInMemoryIsEmptyAtFirst() throws IOException {
        try (FileStorage disk = FileStorage.inMemory(1 << 20)) {
            assertEquals(1 << 20, disk.size());
            assertArrayEquals(new byte[4096], read(disk, 1 << 19, 4096));
            byte[] written = random(512);
            write(disk, 512, written);
            disk.flush();
            assertArrayEquals(written, read(disk, 512, 512));
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
