package dev.lodge.vmm.storage;

import static dev.lodge.vmm.storage.StorageFixture.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.linux.Epoll;
import dev.lodge.linux.IoVector;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues of raw files and of overlays; {@link Qcow2ReadQueueTest} has those of other images. */
class FileReadQueueTest {

    private static final int BLOCK = 4096;
    private static final int SIZE = 500 * BLOCK + 3 * 512;

    @TempDir(factory = OnDisk.class)
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private final Random random = new Random(7);
    private final byte[] content = new byte[SIZE];
    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE);
    private final IoVector vector = new IoVector(IoVector.MAX_PIECES);

    private FileStorage base() throws IOException {
        random.nextBytes(content);
        return FileStorage.open(Files.write(directory.resolve("base"), content), false);
    }

    private OverlayStorage over(Storage base) throws IOException {
        return OverlayStorage.keptIn(directory.resolve("overlay"), base);
    }

    private void overwrite(Storage storage, int position, int length) throws IOException {
        byte[] written = new byte[length];
        random.nextBytes(written);
        write(storage, position, written);
        System.arraycopy(written, 0, content, position, length);
    }

    /** An overlay over the base that has blocks 1, 3, 5 and so on, up to a position. */
    private OverlayStorage alternating(int end) throws IOException {
        OverlayStorage overlay = over(base());
        for (int position = BLOCK; position < end; position += 2 * BLOCK) {
            overwrite(overlay, position, Math.min(BLOCK, SIZE - position));
        }
        return overlay;
    }

    private void begin(ReadQueue queue, long position, long length, int token) {
        vector.clear();
        vector.add(memory, 0, length);
        queue.begin(position, vector, token);
    }

    private long bytesOfOneRead(ReadQueue queue, long position, long length) {
        begin(queue, position, length, 5);
        while (!queue.takeEnded()) {
            queue.await();
        }
        assertEquals(5, queue.token());
        assertEquals(0, queue.pending());
        return queue.bytes();
    }

    private void assertMemory(long position, int length) {
        byte[] expected = Arrays.copyOfRange(content, (int) position, (int) position + length);
        assertArrayEquals(expected, memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void manyReadsOfAFileAreWhatIsThere() throws IOException {
        try (FileStorage file = base()) {
            QueuedReads.assertReads(content, file, 1000, 1);
        }
    }

    @Test
    void manyReadsOfAnOverlayAreOfBothItsFiles() throws IOException {
        try (OverlayStorage overlay = over(base())) {
            for (int i = 0; i < 150; i++) {
                int length = 512 * (1 + random.nextInt(30));
                overwrite(overlay, 512 * random.nextInt((SIZE - length) / 512 + 1), length);
            }
            overlay.discard(60 * BLOCK, 9 * BLOCK);
            Arrays.fill(content, 60 * BLOCK, 69 * BLOCK, (byte) 0);
            QueuedReads.assertReads(content, overlay, 2000, 2);
        }
    }

    @Test
    void anOverlayLiesOnAnother() throws IOException {
        OverlayStorage lower = over(base());
        try (OverlayStorage upper = OverlayStorage.thrownAway(directory, lower)) {
            for (int i = 0; i < 40; i++) {
                overwrite(lower, BLOCK * random.nextInt(SIZE / BLOCK), BLOCK);
            }
            for (int i = 0; i < 40; i++) {
                overwrite(upper, BLOCK * random.nextInt(SIZE / BLOCK), BLOCK);
            }
            QueuedReads.assertReads(content, upper, 500, 3);
        }
    }

    @Test
    void ofWhatIsAllInMemoryThereIsNone() throws IOException {
        try (FileStorage disk = FileStorage.inMemory(SIZE)) {
            assertNull(disk.readQueue(8));
        }
        Path shared = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shared), "no directory that is in memory");
        try (OverlayStorage overlay = OverlayStorage.thrownAway(shared, FileStorage.inMemory(SIZE))) {
            assertNull(overlay.readQueue(8));
        }
        try (OverlayStorage overlay = OverlayStorage.thrownAway(shared, new FakeStorage(SIZE))) {
            assertNull(overlay.readQueue(8));
        }
        try (OverlayStorage overlay = OverlayStorage.thrownAway(shared, base())) {
            QueuedReads.assertReads(content, overlay, 100, 5);
        }
    }

    @Test
    void aBaseInMemoryAndOneThatDoesNotSayWhereItIsAreReadAtOnce() throws IOException {
        for (Storage base : new Storage[] {FileStorage.inMemory(SIZE), new FakeStorage(SIZE)}) {
            Files.deleteIfExists(directory.resolve("overlay"));
            write(base, 0, content);
            try (OverlayStorage overlay = over(base)) {
                for (int i = 0; i < 100; i++) {
                    overwrite(overlay, BLOCK * random.nextInt(SIZE / BLOCK), BLOCK);
                }
                QueuedReads.assertReads(content, overlay, 500, 4);
            }
            Arrays.fill(content, (byte) 0);
        }
    }

    @Test
    void whatNeedsNoWaitingEndsAsOthersDo() throws IOException {
        random.nextBytes(content);
        FakeStorage base = new FakeStorage(SIZE);
        write(base, 0, content);
        try (OverlayStorage overlay = over(base);
                ReadQueue queue = QueuedReads.of(overlay);
                Epoll epoll = Epoll.create()) {
            epoll.add(queue.fd(), Epoll.EPOLLIN, 5);
            begin(queue, 512, 8192, 3);
            assertEquals(1, queue.pending());
            queue.submit();
            assertEquals(1, epoll.await(10_000));
            assertTrue(queue.takeEnded());
            assertEquals(8192, queue.bytes());
            assertMemory(512, 8192);
            assertFalse(queue.takeEnded());
            assertEquals(0, epoll.await(0));
        }
    }

    @Test
    void aReadOfVeryManyPiecesIsWhatIsThere() throws IOException {
        try (OverlayStorage overlay = alternating(SIZE);
                ReadQueue queue = QueuedReads.of(overlay)) {
            assertEquals(SIZE, bytesOfOneRead(queue, 0, SIZE));
            assertMemory(0, SIZE);
        }
    }

    @Test
    void asManyReadsOfVeryManyPiecesAsMayBePendingDoNotFillTheRing() throws IOException {
        try (OverlayStorage overlay = alternating(SIZE);
                ReadQueue queue = QueuedReads.of(overlay)) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < QueuedReads.DEPTH; i++) {
                    begin(queue, 0, SIZE, i); // all into the same memory, which is to have the same bytes
                }
                assertThrows(IllegalStateException.class, () -> queue.begin(0, vector, 0));
                while (queue.pending() > 0) {
                    queue.await();
                    while (queue.takeEnded()) {
                        assertEquals(SIZE, queue.bytes());
                    }
                }
                assertMemory(0, SIZE);
            }
        }
    }

    /** The last of as many places as may be is a long one. */
    @Test
    void aVectorOfAsManyPiecesAsMayBeIsCutWithinThem() throws IOException {
        try (OverlayStorage overlay = alternating(17 * BLOCK);
                ReadQueue queue = QueuedReads.of(overlay)) {
            vector.clear();
            vector.add(memory, 0, 100);
            for (int i = 1; i < IoVector.MAX_PIECES; i++) {
                vector.add(memory, 100 + (i - 1) * 512L, i < IoVector.MAX_PIECES - 1 ? 512 : 412);
            }
            int length = (int) vector.bytes();
            queue.begin(BLOCK + 1024, vector, 1);
            while (!queue.takeEnded()) {
                queue.await();
            }
            assertEquals(length, queue.bytes());
            assertMemory(BLOCK + 1024, length);
        }
    }

    @Test
    void aLastSectorThatIsNotThereAsAWholeIsLeftToTheStorage() throws IOException {
        Path file = Files.write(directory.resolve("odd"), new byte[700]);
        try (FileStorage disk = FileStorage.open(file, false);
                ReadQueue queue = QueuedReads.of(disk)) {
            assertEquals(700, bytesOfOneRead(queue, 0, 1024));
            assertArrayEquals(new byte[1024], StorageFixture.read(disk, 0, 1024));
        }
    }

    @Test
    void aReadWhosePieceIsCutOffIsShortAndTheOthersAreNot() throws IOException {
        try (OverlayStorage overlay = alternating(SIZE);
                ReadQueue queue = QueuedReads.of(overlay);
                RandomAccessFile cut =
                        new RandomAccessFile(directory.resolve("base").toFile(), "rw")) {
            cut.setLength(4 * BLOCK);
            assertEquals(4 * BLOCK, bytesOfOneRead(queue, 0, 4 * BLOCK));
            assertTrue(bytesOfOneRead(queue, 3 * BLOCK, 3 * BLOCK) < 3 * BLOCK);
            IOException why = assertThrows(IOException.class, () -> StorageFixture.read(overlay, 3 * BLOCK, 3 * BLOCK));
            assertTrue(String.valueOf(why.getMessage()).contains("base at 16384: the file has become too short"));
            assertTrue(bytesOfOneRead(queue, 0, SIZE) < SIZE); // that is found while the caller waits
            assertEquals(BLOCK, bytesOfOneRead(queue, 5 * BLOCK, BLOCK));
            assertMemory(5 * BLOCK, BLOCK);
        }
    }

    @Test
    void whatIsWrittenOrDiscardedMeanwhileIsReadAsBeforeOrAfterOrAsZeroes() throws IOException {
        int length = 64 * BLOCK;
        try (OverlayStorage overlay = alternating(SIZE);
                ReadQueue queue = QueuedReads.of(overlay)) {
            for (int round = 0; round < 50; round++) {
                byte[] before = content.clone();
                begin(queue, 0, length, 1);
                if (round % 2 == 0) {
                    queue.submit();
                }
                overwrite(overlay, 512 * random.nextInt(300), 512 * (1 + random.nextInt(100)));
                int from = BLOCK * random.nextInt(50);
                overlay.discard(from, 5 * BLOCK);
                Arrays.fill(content, from, from + 5 * BLOCK, (byte) 0);
                while (!queue.takeEnded()) {
                    queue.await();
                }
                assertEquals(length, queue.bytes());
                for (int i = 0; i < length; i++) {
                    byte read = memory.get(ValueLayout.JAVA_BYTE, i);
                    assertTrue(read == before[i] || read == content[i] || read == 0, "byte " + i);
                }
                assertArrayEquals(Arrays.copyOf(content, length), StorageFixture.read(overlay, 0, length));
            }
        }
    }

    @Test
    void aReadOfSeveralPiecesAllocatesNothing() throws Exception {
        try (OverlayStorage overlay = alternating(SIZE);
                ReadQueue queue = QueuedReads.of(overlay)) {
            long bytes = AllocatedBytes.inRounds(10_000, () -> {
                vector.clear();
                vector.add(memory, 0, 6000);
                vector.add(memory, 6000, 10 * BLOCK - 6000);
                queue.begin(512, vector, 1);
                queue.begin(20 * BLOCK, vector, 2);
                while (queue.pending() > 0) {
                    queue.await();
                    queue.takeEnded();
                }
            });
            assertTrue(bytes < 20_000, bytes + " bytes for 10,000 rounds");
        }
    }
}
