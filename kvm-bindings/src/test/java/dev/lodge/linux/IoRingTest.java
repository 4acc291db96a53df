package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoRingTest {
    private static final int BLOCKS = 100;
    private static final int DEPTH = 8;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private DiskFile disk;

    @SuppressWarnings("NullAway.Init")
    private IoRing ring;

    private final MemorySegment memory = Arena.ofAuto().allocate(DEPTH * 4096L);
    private final IoVector[] vectors = new IoVector[DEPTH];

    @BeforeEach
    void create() throws IOException {
        byte[] content = new byte[BLOCKS * 4096];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 4096);
        }
        disk = DiskFile.open(Files.write(directory.resolve("disk"), content).toString(), true);
        IoRing created = IoRing.tryCreate(DEPTH);
        if (created == null) {
            abort("this host has no io_uring for us");
        }
        ring = Objects.requireNonNull(created);
        for (int i = 0; i < DEPTH; i++) {
            vectors[i] = new IoVector(2);
            vectors[i].add(memory, i * 4096L, 1024);
            vectors[i].add(memory, i * 4096L + 1024, 3072);
        }
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @Test
    void manyReadsGoOnAtATimeAndEachIsToldOfOnce() {
        int next = 0;
        BitSet seen = new BitSet();
        int[] blocks = new int[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            blocks[i] = next;
            ring.read(disk, vectors[i], 4096L * next++, i);
        }
        while (ring.pending() > 0) {
            ring.await();
            while (ring.takeEnded()) {
                int slot = (int) ring.token();
                assertEquals(4096, ring.result());
                assertEquals((byte) blocks[slot], memory.get(ValueLayout.JAVA_BYTE, slot * 4096L + 4095));
                assertFalse(seen.get(blocks[slot]));
                seen.set(blocks[slot]);
                if (next < BLOCKS) {
                    blocks[slot] = next;
                    ring.read(disk, vectors[slot], 4096L * next++, slot);
                }
            }
        }
        assertEquals(BLOCKS, seen.cardinality());
        ring.close();
    }

    @Test
    void aReadBehindTheEndReadsNothingAndOneOfAClosedFileFails() {
        ring.read(disk, vectors[0], 4096L * BLOCKS, 7);
        ring.await();
        assertTrue(ring.takeEnded());
        assertEquals(7, ring.token());
        assertEquals(0, ring.result());
        disk.close();
        ring.read(disk, vectors[0], 0, 8);
        ring.await();
        assertTrue(ring.takeEnded());
        assertEquals(-Errno.EBADF, ring.result());
        assertFalse(ring.takeEnded());
        ring.close();
    }

    @Test
    void someOfAVectorsPiecesAreFilledAndNoOthers() {
        memory.fill((byte) 77);
        ring.read(disk, vectors[2], 1, 1, 4096L * 5 + 100, 3);
        ring.await();
        assertTrue(ring.takeEnded());
        assertEquals(3072, ring.result());
        assertEquals(77, memory.get(ValueLayout.JAVA_BYTE, 2 * 4096L + 1023));
        assertEquals(5, memory.get(ValueLayout.JAVA_BYTE, 2 * 4096L + 1024));
        assertEquals(5, memory.get(ValueLayout.JAVA_BYTE, 2 * 4096L + 4095));
        assertEquals(77, memory.get(ValueLayout.JAVA_BYTE, 3 * 4096L));
        assertThrows(IndexOutOfBoundsException.class, () -> ring.read(disk, vectors[2], 1, 2, 0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> ring.read(disk, vectors[2], -1, 1, 0, 3));
        assertEquals(0, ring.pending());
        ring.close();
    }

    @Test
    void aReadOfNothingEndsAsOthersDo() {
        ring.read(disk, vectors[0], 0, 1);
        ring.readNothing(2);
        ring.submit();
        long names = 0;
        while (ring.pending() > 0) {
            ring.await();
            while (ring.takeEnded()) {
                names += ring.token();
                assertEquals(ring.token() == 2 ? 0 : 4096, ring.result());
            }
        }
        assertEquals(3, names);
        ring.close();
    }

    @Test
    void whatHasEndedIsSeenByEpoll() {
        try (Epoll epoll = Epoll.create()) {
            epoll.add(ring.fd(), Epoll.EPOLLIN, 5);
            assertEquals(0, epoll.await(0));
            ring.read(disk, vectors[0], 0, 1);
            ring.submit();
            assertEquals(1, epoll.await(10_000));
            assertTrue(ring.takeEnded());
            assertEquals(0, epoll.await(0));
        }
        ring.close();
    }

    @Test
    void itWaitsForWhatIsPendingBeforeItIsClosed() {
        for (int i = 0; i < DEPTH; i++) {
            ring.read(disk, vectors[i], 4096L * i, i);
        }
        assertThrows(IllegalStateException.class, () -> ring.read(disk, vectors[0], 0, 0));
        ring.close();
        assertEquals(0, ring.pending());
        assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 7 * 4096L));
    }

    @Test
    void memoryThatIsRegisteredIsFilledAtOnceOrNotAtAll() {
        IoVector memories = new IoVector(2);
        memories.add(memory, 0, 8);
        memories.add(memory, 4096, 8);
        assertThrows(IllegalStateException.class, () -> ring.readNow(FileDescriptor.borrowed("none", 0), 0, 0));
        assertTrue(ring.register(memories));
        assertFalse(ring.register(memories), "twice");
        try (EventFd event = EventFd.create()) {
            FileDescriptor file = FileDescriptor.borrowed("event", event.fd());
            event.ring();
            event.ring();
            ring.readNow(file, 1, 10);
            ring.readNow(file, 0, 11);
            ring.submit();
            assertTrue(ring.takeEnded());
            assertEquals(10, ring.token());
            assertEquals(8, ring.result());
            assertEquals(2, memory.get(ValueLayout.JAVA_LONG, 4096), "the first takes what is there");
            assertTrue(ring.takeEnded());
            assertEquals(11, ring.token());
            assertEquals(-Errno.EAGAIN, ring.result());
            assertFalse(ring.takeEnded());
        }
        ring.close();
    }

    @Test
    void aRingOfNoSizeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> IoRing.tryCreate(0));
        assertThrows(IllegalArgumentException.class, () -> IoRing.tryCreate(4097));
        ring.close();
    }
}
