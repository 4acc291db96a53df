package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_FLUSH_DISKCACHE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_READ;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.DATA;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.GRANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.storage.FileStorage;
import dev.lodge.vmm.storage.OnDisk;
import dev.lodge.vmm.storage.OverlayStorage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest's reads of a disk that is an overlay over a file, several at a time. */
class OverlayReadsTest {

    private static final int BLOCKS = 64;
    private static final int READS = 8;

    /** JUnit reaches the packages of the tests that are run, and this may be the only one. */
    private static final class Directory extends OnDisk {}

    @TempDir(factory = Directory.class)
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private final BlockQueueFixture connection = new BlockQueueFixture();
    private final FakeGuestSide guest = connection.guest;
    private final FakeBlockFront front = connection.front;

    @SuppressWarnings("NullAway.Init")
    private OverlayStorage storage;

    @SuppressWarnings("NullAway.Init")
    private BlockQueue queue;

    /** Each byte of the base's is the number of its block. */
    @BeforeEach
    void connect() throws IOException {
        byte[] content = new byte[BLOCKS * 4096];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 4096);
        }
        Path base = Files.write(directory.resolve("base"), content);
        storage = OverlayStorage.thrownAway(directory, FileStorage.open(base, false));
        queue = connection.connect(storage, true);
        assumeTrue(queue.fd() >= 0, "this host has no io_uring for us, or the build is in memory");
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
        storage.close();
        connection.close();
    }

    /** Reads two blocks each, from one that is the overlay's and one of the base's; the responses, sorted. */
    private Set<String> read() throws Exception {
        for (int i = 0; i < READS; i++) {
            front.put(BLKIF_OP_READ, i, 8 * block(i), GRANT + 2 * i, 0, 7, GRANT + 2 * i + 1, 0, 7);
        }
        return responses(READS);
    }

    private static long block(int read) {
        return 60 - 7L * read;
    }

    private Set<String> responses(int count) throws Exception {
        front.ring.publish();
        Set<String> responses = new TreeSet<>();
        while (responses.size() < count) {
            queue.serve();
            String response = front.response();
            if (!response.equals("nothing")) {
                responses.add(response);
            }
        }
        return responses;
    }

    private void overwrite(int read) throws Exception {
        guest.frame(DATA).fill((byte) (100 + read));
        front.put(BLKIF_OP_WRITE, 77, 8 * block(read), GRANT, 0, 7);
        assertEquals(Set.of("77 1 0"), responses(1));
    }

    private byte firstByte(int frame) {
        return guest.frame(DATA + frame).get(ValueLayout.JAVA_BYTE, 0);
    }

    @Test
    void areOfBothFiles() throws Exception {
        for (int i = 0; i < READS; i++) {
            overwrite(i);
        }
        front.put(BLKIF_OP_FLUSH_DISKCACHE, 78, 0);
        assertEquals(Set.of("78 3 0"), responses(1));
        assertEquals(Set.of("0 0 0", "1 0 0", "2 0 0", "3 0 0", "4 0 0", "5 0 0", "6 0 0", "7 0 0"), read());
        for (int i = 0; i < READS; i++) {
            assertEquals(100 + i, firstByte(2 * i));
            assertEquals(block(i) + 1, firstByte(2 * i + 1));
        }
    }

    @Test
    void failWhereTheBaseWasCutOffAndNowhereElse() throws Exception {
        overwrite(0);
        try (RandomAccessFile cut =
                new RandomAccessFile(directory.resolve("base").toFile(), "rw")) {
            cut.setLength((block(1) + 1) * 4096);
        }
        assertEquals(Set.of("0 0 -1", "1 0 -1", "2 0 0", "3 0 0", "4 0 0", "5 0 0", "6 0 0", "7 0 0"), read());
        assertEquals(block(2), firstByte(4));
    }
}
