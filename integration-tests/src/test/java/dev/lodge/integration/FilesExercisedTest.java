package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of operations by lot on one file, of which each byte is known ({@code src/test/c/exercise}). */
@NeedsVirtualisation
@DisplayName("A file that a guest reads, writes, maps, cuts and opens again by lot")
class FilesExercisedTest {
    private static final String KERNEL = Checkout.kernel(Checkout.GENERIC_6_1).toString();
    private static final int OPERATIONS = 1500;
    private static final long DISK = 16 << 20;

    private final Path directory;
    private final Path folder;
    private final Path disk;

    FilesExercisedTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        folder = Files.createDirectory(directory.resolve("folder"));
        disk = directory.resolve("disk.img");
        Files.copy(Checkout.program("exercise"), folder.resolve("exercise"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    @DisplayName("holds what it must in a shared folder, and the host finds it so")
    void folder() throws Exception {
        String found = inGuest("""
                cp /mnt/exercise /tmp/exercise
                /tmp/exercise /mnt/one 1 %1$d
                /tmp/exercise /mnt/two 2 %1$d
                """, "--share", folder + ":/mnt");
        String sizes = "ok %1$d %2$d\nok %1$d %3$d\n"
                .formatted(OPERATIONS, Files.size(folder.resolve("one")), Files.size(folder.resolve("two")));
        assertEquals(sizes, found);
    }

    @Test
    @DisplayName("holds what it must on a disk, whose file system is whole afterwards")
    void disk() throws Exception {
        try (RandomAccessFile image = new RandomAccessFile(disk.toFile(), "rw")) {
            image.setLength(DISK);
        }
        Host.output("mkfs.ext4", "-q", disk.toString());
        String found = inGuest("""
                cp /mnt/exercise /tmp/exercise
                mkdir /tmp/disk
                mount -t ext4 /dev/xvda /tmp/disk
                /tmp/exercise /tmp/disk/file 3 %1$d
                umount /tmp/disk
                """, "--share", folder + ":/mnt", "--disk", disk.toString());
        assertEquals(onHost(3), found);
        Host.output("e2fsck", "-fn", disk.toString());
    }

    private String onHost(int seed) throws Exception {
        return Host.output(
                folder.resolve("exercise").toString(),
                directory.resolve("local").toString(),
                Integer.toString(seed),
                Integer.toString(OPERATIONS));
    }

    private static String inGuest(String script, String... options) throws Exception {
        String[] command = new String[options.length + 7];
        command[0] = "run";
        command[1] = "-k";
        command[2] = KERNEL;
        System.arraycopy(options, 0, command, 3, options.length);
        command[options.length + 3] = "--";
        command[options.length + 4] = "sh";
        command[options.length + 5] = "-ec";
        command[options.length + 6] = script.formatted(OPERATIONS);
        LodgeProgram.Result result = LodgeProgram.run(command);
        assertEquals("", result.stderr());
        assertEquals(0, result.status(), result.stdout());
        return result.stdout();
    }
}
