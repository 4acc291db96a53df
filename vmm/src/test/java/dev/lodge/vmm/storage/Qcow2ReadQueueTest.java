package dev.lodge.vmm.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.IoVector;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues of qcow2 images, with clusters of all kinds. */
class Qcow2ReadQueueTest {

    private static final int SIZE = 3 * 1024 * 1024 + 512;
    private static final int SHORTER = SIZE - 137 * 512;

    @TempDir(factory = OnDisk.class)
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private QemuImages images;

    private final byte[] content = QemuImages.content(3, SIZE);

    @BeforeEach
    void needsQemu() {
        QemuImages.areNeeded();
        images = new QemuImages(directory);
    }

    private Storage open(String name) throws IOException {
        return ImageFormat.open(directory.resolve(name), null, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o compat=0.10",
                "-o compat=1.1,cluster_size=512",
                "-c -o compat=1.1",
                "-c -o compat=1.1,compression_type=zstd,cluster_size=4k",
                "-S 0 -o compat=1.1,cluster_size=2M",
                "-o compat=1.1,preallocation=metadata",
            })
    void manyReadsOfAnImageAreWhatIsInIt(String options) throws Exception {
        images.convert(content, "disk.qcow2", options);
        try (Storage disk = open("disk.qcow2")) {
            QueuedReads.assertReads(content, disk, 400, 1);
        }
    }

    /** From top to bottom: an overlay, plain and zero clusters, clusters of another size, a raw file that is shorter than they are. */
    @Test
    void manyReadsGoThroughAChainOfImages() throws Exception {
        Files.write(directory.resolve("base.raw"), Arrays.copyOf(content, SHORTER));
        byte[] expected = Arrays.copyOf(content, SIZE);
        Arrays.fill(expected, SHORTER, SIZE, (byte) 0);
        images.qemu("create", "-q", "-f", "qcow2", "-b", "base.raw", "-F", "raw", "middle.qcow2", "" + SIZE);
        images.qemu(
                "create",
                "-q",
                "-f",
                "qcow2",
                "-o",
                "cluster_size=4k",
                "-b",
                "middle.qcow2",
                "-F",
                "qcow2",
                "top.qcow2");
        images.io("middle.qcow2", "write -P 7 64K 128K", "write -z 1M 256K", "write -P 8 2M 64K");
        images.io("top.qcow2", "write -P 9 100K 8K", "write -z 2052K 4K", "write -P 3 2060K 12K", "write -z 300K 16K");
        Arrays.fill(expected, 64 << 10, 192 << 10, (byte) 7);
        Arrays.fill(expected, 1 << 20, (1 << 20) + (256 << 10), (byte) 0);
        Arrays.fill(expected, 2 << 20, (2 << 20) + (64 << 10), (byte) 8);
        Arrays.fill(expected, 100 << 10, 108 << 10, (byte) 9);
        Arrays.fill(expected, 2052 << 10, 2056 << 10, (byte) 0);
        Arrays.fill(expected, 2060 << 10, 2072 << 10, (byte) 3);
        Arrays.fill(expected, 300 << 10, 316 << 10, (byte) 0);
        try (Storage disk = OverlayStorage.thrownAway(directory, open("top.qcow2"))) {
            byte[] written = QemuImages.content(4, 100 << 10);
            StorageFixture.write(disk, 260 << 10, written);
            System.arraycopy(written, 0, expected, 260 << 10, written.length);
            assertArrayEquals(expected, StorageFixture.read(disk, 0, SIZE));
            QueuedReads.assertReads(expected, disk, 1000, 2);
        }
    }

    @Test
    void aDamagedTableIsNotFollowedAndTheStorageSaysSo() throws Exception {
        Path image = images.convert(content, "disk.qcow2", "-o compat=1.1");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(40); // l1_table_offset
            long table = file.readLong();
            file.seek(table);
            long entry = file.readLong();
            file.seek(table);
            file.writeLong(entry + 512);
        }
        try (Storage disk = open("disk.qcow2");
                ReadQueue queue = QueuedReads.of(disk)) {
            IoVector into = new IoVector(1);
            into.add(Arena.ofAuto().allocate(4096), 0, 4096);
            queue.begin(0, into, 1);
            while (!queue.takeEnded()) {
                queue.await();
            }
            assertTrue(queue.bytes() < 0);
            assertEquals(0, queue.pending());
            IOException why = assertThrows(IOException.class, () -> StorageFixture.read(disk, 0, 4096));
            assertTrue(String.valueOf(why.getMessage()).contains("a level 2 table at"), why.toString());
        }
    }

    @Test
    void readsOfPlainZeroAndBackingClustersAllocateNothing() throws Exception {
        images.convert(content, "base.qcow2", "-S 0");
        images.qemu(
                "create", "-q", "-f", "qcow2", "-o", "cluster_size=4k", "-b", "base.qcow2", "-F", "qcow2", "top.qcow2");
        images.io("top.qcow2", "write -P 9 4K 4K", "write -z 8K 4K");
        MemorySegment memory = Arena.ofAuto().allocate(20 << 10);
        IoVector into = new IoVector(1);
        into.add(memory, 0, memory.byteSize());
        try (Storage disk = open("top.qcow2");
                ReadQueue queue = QueuedReads.of(disk)) {
            long bytes = AllocatedBytes.inRounds(20_000, () -> {
                queue.begin(0, into, 1);
                queue.begin(1024, into, 2);
                while (queue.pending() > 0) {
                    queue.await();
                    queue.takeEnded();
                }
            });
            assertTrue(bytes < 40_000, bytes + " bytes for 20,000 rounds");
        }
    }
}
