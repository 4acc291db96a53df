package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Brings a kernel file whole into memory, or says why it cannot. */
final class KernelFile {

    /** The most bytes that a kernel file, packed or unpacked, may have: 512 MiB. */
    static final long SIZE_LIMIT = 512L << 20;

    private KernelFile() {}

    /**
     * Reads {@code file}.
     *
     * @return its bytes, little-endian, in memory of {@code arena}
     * @throws BootException if there is no such file, it cannot be read or is no plausible kernel by its size
     */
    static ByteBuffer read(Path file, Arena arena) {
        if (Files.isDirectory(file)) {
            throw new BootException(
                    "cannot boot " + file + ": it is a directory; name the kernel itself, such as /boot/vmlinuz-...");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BootException("cannot boot " + file + ": it is no regular file; copy the kernel to one");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > SIZE_LIMIT) {
                throw new BootException("cannot boot " + file + ": it has " + size
                        + " bytes, more than any kernel (the limit is 512 MiB); name a vmlinuz or a vmlinux");
            }
            ByteBuffer bytes = arena.allocate(Math.max(size, 1)).asByteBuffer().limit((int) size);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new BootException("cannot boot " + file + ": it shrank while it was read; try again");
                }
            }
            return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Says why a file that was asked for cannot be read. */
    static BootException unreadable(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new BootException("cannot boot " + file + ": there is no such file; check the path", e);
        }
        return new BootException(
                "cannot boot " + file + ": it cannot be read (" + e + "); check that you may read it", e);
    }
}
