package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of an initramfs, their files open and their sizes known, so that room can be found before they are read. */
final class Initrd implements AutoCloseable {

    /** Each part begins at a multiple of this: Linux looks for the next archive there. */
    private static final int ALIGNMENT = 4;

    /** One part, opened: either bytes or a channel. */
    private record Opened(
            long size,
            @Nullable MemorySegment bytes,
            @Nullable FileChannel channel,
            String name) {}

    private final List<Opened> parts = new ArrayList<>();
    private long size;

    private Initrd() {}

    /**
     * Opens all parts.
     *
     * @throws BootException if a file is not there or cannot be read
     */
    static Initrd open(List<InitrdPart> parts) {
        var initrd = new Initrd();
        boolean opened = false;
        try {
            for (int i = 0; i < parts.size(); i++) {
                initrd.add(open(parts.get(i)));
            }
            opened = true;
            return initrd;
        } finally {
            if (!opened) {
                initrd.close();
            }
        }
    }

    private static Opened open(InitrdPart part) {
        if (part instanceof InitrdPart.OfBytes made) {
            return new Opened(made.bytes().byteSize(), made.bytes(), null, "the initramfs");
        }
        Path path = ((InitrdPart.OfFile) part).path();
        if (Files.isDirectory(path)) {
            throw new BootException("cannot use the initramfs " + path + ": it is a directory; name a cpio archive");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new BootException(
                    "cannot use the initramfs " + path + ": it is no regular file; copy the archive to one");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new Opened(channel.size(), null, channel, path.toString());
        } catch (NoSuchFileException e) {
            throw new BootException("cannot use the initramfs " + path + ": there is no such file; check the path", e);
        } catch (IOException e) {
            throw new BootException(
                    "cannot use the initramfs " + path + ": it cannot be read (" + e + "); check that you may read it",
                    e);
        }
    }

    private void add(Opened part) {
        parts.add(part);
        size = aligned(size) + part.size();
    }

    /** Bytes of all parts and of what lies between them; 0 if there are none. */
    long size() {
        return size;
    }

    /**
     * Writes the parts one after the other.
     *
     * @param target as large as {@link #size()}, zeros
     * @throws BootException if a file can no longer be read whole
     */
    void copyTo(MemorySegment target) {
        long at = 0;
        for (int i = 0; i < parts.size(); i++) {
            Opened part = parts.get(i);
            at = aligned(at);
            copy(part, target.asSlice(at, part.size()));
            at += part.size();
        }
    }

    private static void copy(Opened part, MemorySegment target) {
        MemorySegment bytes = part.bytes();
        if (bytes != null) {
            target.copyFrom(bytes);
        }
        FileChannel channel = part.channel();
        if (channel != null) {
            try {
                new FileBytes(channel).copyTo(target, 0);
            } catch (IOException e) {
                throw new BootException(
                        "cannot use the initramfs " + part.name() + ": it cannot be read (" + e + "); try again", e);
            }
        }
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    @Override
    public void close() {
        for (int i = 0; i < parts.size(); i++) {
            FileChannel channel = parts.get(i).channel();
            if (channel != null) {
                new FileBytes(channel).close();
            }
        }
    }
}
