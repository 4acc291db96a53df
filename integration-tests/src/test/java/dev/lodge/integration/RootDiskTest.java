package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsVirtualisation
@DisplayName("lodge run --root-disk")
class RootDiskTest {
    /** Its ext4 is a module, that of the cloud kernels is built in. */
    private static final String KERNEL = Checkout.kernel(Checkout.GENERIC_6_1).toString();

    private static final int MIB = 1 << 20;
    private static final int SECTOR = 512;
    private static final int LINUX_PARTITION = 0x83;

    private final Path directory;
    private final Path files;

    RootDiskTest(@TempDir Path directory) {
        this.directory = directory;
        this.files = directory.resolve("files");
    }

    @BeforeEach
    void makeASmallSystem() throws Exception {
        for (String name : List.of("bin", "sbin", "dev", "proc", "sys", "run", "tmp")) {
            Files.createDirectories(files.resolve(name));
        }
        Files.copy(Checkout.busybox(), files.resolve("bin/busybox"));
        Host.output("chmod", "755", files.resolve("bin/busybox").toString());
        Files.createSymbolicLink(files.resolve("bin/sh"), Path.of("busybox"));
        Path init = Files.writeString(files.resolve("sbin/init"), """
                #!/bin/sh
                echo "own init is $$"
                exec /bin/busybox poweroff -f
                """);
        Host.output("chmod", "755", init.toString());
    }

    @Test
    @DisplayName("runs a command in the file system of a partition, and leaves it clean")
    void command() throws Exception {
        Path disk = partitioned();
        LodgeProgram.Result result =
                LodgeProgram.run("run", "-k", KERNEL, "--root-disk", disk.toString(), "--", "sh", "-c", """
                        busybox grep ' / ' /proc/mounts
                        busybox sleep 1000 > /left-open &
                        echo kept > /file
                        """);
        assertEquals(0, result.status(), result.toString());
        assertTrue(result.stdout().startsWith("/dev/xvda1 / ext4 rw"), result.toString());
        Path partition = directory.resolve("partition");
        Host.output("dd", "if=" + disk, "of=" + partition, "bs=1M", "skip=1", "status=none");
        assertEquals("kept\n", Host.output("debugfs", "-R", "cat /file", partition.toString()));
        String header = Host.output("dumpe2fs", "-h", partition.toString());
        assertTrue(header.contains("Filesystem state:         clean\n"), header);
        assertTrue(!header.contains("needs_recovery"), header);
        Host.output("e2fsck", "-fn", partition.toString());
    }

    @Test
    @DisplayName(
            "runs the image's own init on the console where there is no command, and changes nothing behind an overlay")
    void ownInit() throws Exception {
        Path disk = directory.resolve("disk");
        Host.output("mke2fs", "-q", "-t", "ext4", "-d", files.toString(), disk.toString(), "16M");
        byte[] before = Files.readAllBytes(disk);
        LodgeProgram.Result result = LodgeProgram.run("run", "-k", KERNEL, "--root-disk", disk + ",overlay");
        assertEquals(0, result.status(), result.toString());
        assertTrue(result.stdout().contains("own init is 1\r\n"), result.toString());
        assertTrue(Arrays.equals(before, Files.readAllBytes(disk)), "the image has changed");
    }

    @Test
    @DisplayName("says what it did not find on a disk that is no root")
    void noRoot() throws Exception {
        Path disk = Files.write(directory.resolve("disk"), new byte[MIB]);
        LodgeProgram.Result result = LodgeProgram.run("run", "-k", KERNEL, "--root-disk", disk.toString());
        assertEquals(125, result.status(), result.toString());
        assertTrue(
                result.stderr()
                        .contains(
                                "cannot find a file system (ext4, xfs, btrfs, squashfs or erofs) on the root disk xvda"),
                result.toString());
    }

    /** A disk with one partition, from its first mebibyte on. */
    private Path partitioned() throws Exception {
        Path disk = directory.resolve("disk");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(17 * MIB);
        }
        Host.output(
                "mke2fs", "-q", "-t", "ext4", "-d", files.toString(), "-E", "offset=" + MIB, disk.toString(), "16M");
        ByteBuffer record = ByteBuffer.allocate(SECTOR - 446).order(ByteOrder.LITTLE_ENDIAN);
        record.put(4, (byte) LINUX_PARTITION).putInt(8, MIB / SECTOR).putInt(12, 16 * MIB / SECTOR);
        record.putShort(64, (short) 0xaa55);
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(446);
            file.write(record.array());
        }
        return disk;
    }
}
