package dev.lodge.vmm.storage;

import static dev.lodge.vmm.storage.StorageFixture.read;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against images that {@code qemu-img} makes (Debian's package qemu-utils). */
class Qcow2StorageTest {

    private static final int SIZE = 9 * 1024 * 1024 + 512;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private final byte[] content = QemuImages.content(1, SIZE);

    @SuppressWarnings("NullAway.Init")
    private QemuImages images;

    @BeforeEach
    void needsQemu() {
        QemuImages.areNeeded();
        images = new QemuImages(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o compat=0.10",
                "-o compat=1.1",
                "-o compat=1.1,cluster_size=512",
                "-o compat=1.1,cluster_size=2M",
                "-c -o compat=0.10",
                "-c -o compat=1.1",
                "-c -o compat=1.1,cluster_size=512",
                "-c -o compat=1.1,compression_type=zstd",
                "-c -o compat=1.1,compression_type=zstd,cluster_size=2M",
                "-S 0 -o compat=1.1",
                "-o compat=1.1,preallocation=metadata",
            })
    void anImageReadsAsQemuWroteIt(String options) throws Exception {
        Path image = images.convert(content, "disk.qcow2", options);
        try (Storage disk = ImageFormat.open(image, null, false)) {
            assertEquals(SIZE, disk.size());
            assertFalse(disk.isWritable());
            assertArrayEquals(content, read(disk, 0, SIZE));
            Random random = new Random(2);
            for (int i = 0; i < 300; i++) {
                int length = 512 * (1 + random.nextInt(300));
                int position = 512 * random.nextInt((SIZE - length) / 512 + 1);
                assertArrayEquals(
                        Arrays.copyOfRange(content, position, position + length), read(disk, position, length));
            }
        }
    }

    @Test
    void anImageLiesOnOthers() throws Exception {
        images.convert(content, "base.qcow2", "-c");
        images.qemu("create", "-q", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", "middle.qcow2", "12M");
        images.qemu("create", "-q", "-f", "qcow2", "-b", "middle.qcow2", "-F", "qcow2", "top.qcow2");
        images.io("middle.qcow2", "write -P 7 65536 65536", "write -z 1M 1M");
        images.io("top.qcow2", "write -P 9 100K 3K", "write -P 5 11M 64K");
        byte[] expected = Arrays.copyOf(content, 12 << 20);
        Arrays.fill(expected, 65536, 131072, (byte) 7);
        Arrays.fill(expected, 1 << 20, 2 << 20, (byte) 0);
        Arrays.fill(expected, 100 << 10, 103 << 10, (byte) 9);
        Arrays.fill(expected, 11 << 20, (11 << 20) + 65536, (byte) 5);
        try (Storage disk = ImageFormat.open(directory.resolve("top.qcow2"), null, false)) {
            assertEquals(12 << 20, disk.size());
            assertArrayEquals(expected, read(disk, 0, 12 << 20));
        }
    }

    @Test
    void anImageLiesOnARawFileAndTakesAnOverlay() throws Exception {
        Files.write(directory.resolve("base.raw"), content);
        images.qemu("create", "-q", "-f", "qcow2", "-b", "base.raw", "-F", "raw", "top.qcow2");
        Storage top = ImageFormat.open(directory.resolve("top.qcow2"), null, false);
        try (Storage disk = OverlayStorage.thrownAway(directory, top)) {
            StorageFixture.write(disk, 1024, new byte[1024]);
            byte[] expected = content.clone();
            Arrays.fill(expected, 1024, 2048, (byte) 0);
            assertArrayEquals(expected, read(disk, 0, SIZE));
        }
    }

    @Test
    void whatCannotBeReadHereSaysWhy() throws Exception {
        images.qemu("create", "-q", "-f", "qcow2", "-o", "extended_l2=on,cluster_size=128k", "sub.qcow2", "1M");
        refused("sub.qcow2", "has subclusters");
        images.qemu("create", "-q", "-f", "qcow2", "-o", "data_file=data.raw,data_file_raw=on", "ext.qcow2", "1M");
        refused("ext.qcow2", "has its data in another file");
        Files.write(directory.resolve("raw.qcow2"), content);
        refused("raw.qcow2", "is no qcow2 image");
        images.qemu("create", "-q", "-u", "-f", "qcow2", "-b", "nbd:localhost:1", "-F", "raw", "net.qcow2", "1M");
        refused("net.qcow2", "lies on 'nbd:localhost:1', which is no file's name");
        images.qemu("create", "-q", "-u", "-f", "qcow2", "-b", "gone.raw", "-F", "raw", "alone.qcow2", "1M");
        refused("alone.qcow2", "gone.raw: ENOENT");
        images.qemu("create", "-q", "-u", "-f", "qcow2", "-b", "two.qcow2", "-F", "qcow2", "one.qcow2", "1M");
        images.qemu("create", "-q", "-u", "-f", "qcow2", "-b", "one.qcow2", "-F", "qcow2", "two.qcow2", "1M");
        refused("one.qcow2", "lies on more than 32 other images");
    }

    @Test
    void aQcow2ImageIsNotTakenForARawOneNorWrittenTo() throws Exception {
        Path image = images.convert(content, "disk.img", "-o compat=1.1");
        refused("disk.img", "looks like a qcow2 image: say 'format=qcow2'");
        ImageFormat.open(image, ImageFormat.RAW, false).close();
        ImageFormat.open(image, ImageFormat.QCOW2, false).close();
        IOException written = assertThrows(IOException.class, () -> ImageFormat.open(image, ImageFormat.QCOW2, true));
        assertTrue(String.valueOf(written.getMessage()).contains("add 'ro' or 'overlay'"), written.toString());
    }

    /** Whatever a damaged image says, it is refused, or reads as something; it never harms the monitor. */
    @Test
    void aDamagedImageDoesNoHarm() throws Exception {
        byte[] image = Files.readAllBytes(images.convert(Arrays.copyOf(content, 300_000), "disk.qcow2", "-c"));
        Path damaged = directory.resolve("damaged.qcow2");
        Random random = new Random(4);
        int refusals = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bytes = image.clone();
            if (i % 4 == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                int reach = i % 4 == 1 ? 112 : Math.min(bytes.length, 300_000);
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
                }
            }
            Files.write(damaged, bytes);
            try (Storage disk = ImageFormat.open(damaged, null, false)) {
                read(disk, 0, (int) Math.min(disk.size(), 300_032));
            } catch (IOException refused) {
                refusals++;
            }
        }
        assertTrue(refusals > 50, refusals + " refusals");
    }

    private void refused(String name, String because) {
        IOException refused =
                assertThrows(IOException.class, () -> ImageFormat.open(directory.resolve(name), null, false));
        assertTrue(String.valueOf(refused.getMessage()).contains(because), refused.toString());
    }
}
