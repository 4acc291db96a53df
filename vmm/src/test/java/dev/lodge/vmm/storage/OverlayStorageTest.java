package dev.lodge.vmm.storage;

import static dev.lodge.vmm.storage.StorageFixture.read;
import static dev.lodge.vmm.storage.StorageFixture.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayStorageTest {

    private static final int SIZE = 40 * 512 + 4096 * 20; // which is no whole number of blocks

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private final byte[] content = new byte[SIZE];
    private final FakeStorage base = base();

    private FakeStorage base() {
        new Random(1).nextBytes(content);
        FakeStorage made = new FakeStorage(SIZE);
        made.bytes.copyFrom(MemorySegment.ofArray(content));
        return made;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 512",
        "512, 512",
        "3584, 512",
        "3584, 1024",
        "4096, 4096",
        "4096, 8192",
        "1024, 20480",
        "0, 102400",
        "101888, 512",
        "98304, 4096",
        "97792, 4608"
    })
    void whatIsWrittenIsReadAndTheRestIsTheBases(int position, int length) throws IOException {
        byte[] written = new byte[length];
        new Random(2).nextBytes(written);
        byte[] expected = content.clone();
        System.arraycopy(written, 0, expected, position, length);
        try (OverlayStorage overlay = OverlayStorage.thrownAway(directory, base)) {
            write(overlay, position, written);
            assertArrayEquals(expected, read(overlay, 0, SIZE));
            assertArrayEquals(content, base.bytes.toArray(ValueLayout.JAVA_BYTE));
        }
        assertEquals(1, base.closed);
    }

    @Test
    void whatIsThrownAwayLeavesNothing() throws IOException {
        try (OverlayStorage overlay = OverlayStorage.thrownAway(directory, base)) {
            write(overlay, 0, new byte[512]);
            try (var files = Files.list(directory)) {
                assertEquals(0, files.count());
            }
        }
    }

    @Test
    void whatWasFlushedIsFoundAgain() throws IOException {
        Path file = directory.resolve("kept");
        Random random = new Random(3);
        byte[] expected = content.clone();
        for (int session = 0; session < 5; session++) {
            FakeStorage again = base();
            try (OverlayStorage overlay = OverlayStorage.keptIn(file, again)) {
                assertArrayEquals(expected, read(overlay, 0, SIZE));
                for (int i = 0; i < 10; i++) {
                    byte[] written = new byte[512 * (1 + random.nextInt(20))];
                    random.nextBytes(written);
                    int position = 512 * random.nextInt((SIZE - written.length) / 512 + 1);
                    write(overlay, position, written);
                    System.arraycopy(written, 0, expected, position, written.length);
                    if (random.nextBoolean()) {
                        overlay.flush();
                    }
                }
            }
        }
    }

    @Test
    void aBlockThatWasNotFlushedIsTheBasesOrTheNewOne() throws IOException {
        Path file = directory.resolve("kept");
        Path crashed = directory.resolve("crashed");
        try (OverlayStorage overlay = OverlayStorage.keptIn(file, base)) {
            write(overlay, 0, filled(4096, 1));
            overlay.flush();
            write(overlay, 4096, filled(4096, 2));
            Files.copy(file, crashed); // as a killed process leaves it
        }
        try (OverlayStorage overlay = OverlayStorage.keptIn(crashed, base())) {
            assertArrayEquals(filled(4096, 1), read(overlay, 0, 4096));
            assertArrayEquals(Arrays.copyOfRange(content, 4096, 8192), read(overlay, 4096, 4096));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 102400, 0, 102400", "512, 8192, 4096, 8192", "98304, 4096, 98304, 102400", "1024, 512, 0, 0"})
    void discardedBlocksReadAsZeroesAndPartsOfBlocksStay(int position, int length, int from, int to)
            throws IOException {
        byte[] expected = content.clone();
        Arrays.fill(expected, from, to, (byte) 0);
        try (OverlayStorage overlay = OverlayStorage.thrownAway(directory, base)) {
            overlay.discard(position, length);
            assertArrayEquals(expected, read(overlay, 0, SIZE));
        }
    }

    @Test
    void anOverlayIsForOneAtATime() throws IOException {
        Path file = directory.resolve("kept");
        try (OverlayStorage overlay = OverlayStorage.keptIn(file, base)) {
            assertEquals(SIZE, overlay.size());
            FakeStorage second = base();
            IOException refused = assertThrows(IOException.class, () -> OverlayStorage.keptIn(file, second));
            assertTrue(String.valueOf(refused.getMessage()).contains("in use"), refused.toString());
            assertEquals(1, second.closed);
        }
    }

    @Test
    void anOverlayOfAnotherDiskIsRefused() throws IOException {
        Path file = directory.resolve("kept");
        OverlayStorage.keptIn(file, base).close();
        IOException refused =
                assertThrows(IOException.class, () -> OverlayStorage.keptIn(file, new FakeStorage(SIZE + 512)));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("over a disk of " + SIZE + " bytes"), refused.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4095, 4096, 8191, 8192, 20_000})
    void anOverlayThatWasCutOffIsRefused(int length) throws IOException {
        Path file = directory.resolve("kept");
        OverlayStorage.keptIn(file, base).close();
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(length);
        }
        assertThrows(IOException.class, () -> OverlayStorage.keptIn(file, base()));
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "8, 2", "12, 3", "17, 9"})
    void aFileThatIsNoOverlayIsRefused(int at, int value) throws IOException {
        Path file = directory.resolve("kept");
        OverlayStorage.keptIn(file, base).close();
        try (RandomAccessFile changed = new RandomAccessFile(file.toFile(), "rw")) {
            changed.seek(at);
            changed.write(value);
        }
        assertThrows(IOException.class, () -> OverlayStorage.keptIn(file, base()));
    }

    @Test
    void whatTheBaseCannotReadFails() throws IOException {
        try (OverlayStorage overlay = OverlayStorage.thrownAway(directory, base)) {
            base.badPosition = 5000;
            assertThrows(IOException.class, () -> read(overlay, 0, 8192));
            assertThrows(IOException.class, () -> write(overlay, 4096, new byte[512]));
            write(overlay, 4096, filled(4096, 9));
            assertArrayEquals(filled(4096, 9), read(overlay, 4096, 4096));
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
