package dev.lodge.vmm.storage;

import dev.lodge.linux.DiskFile;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an image's file holds a disk. It is told by the user, or by the file's name; never by its content alone, for a guest that
 * may write to a raw image could make it look like another, and name any file of the host as the one under it.
 */
public enum ImageFormat {
    /** Byte for byte. */
    RAW,
    /** QEMU's, to be read only. */
    QCOW2;

    private static final int LONGEST_CHAIN = 32;

    /**
     * Opens an image.
     *
     * @param format null to go by the file's name
     * @throws IOException if it is not there, is of another format, is damaged, or may not be used so
     */
    public static Storage open(Path path, @Nullable ImageFormat format, boolean writable) throws IOException {
        return open(path, format, writable, 1);
    }

    private static Storage open(Path path, @Nullable ImageFormat format, boolean writable, int depth)
            throws IOException {
        ImageFormat actual = format == null ? byName(path) : format;
        if (actual == RAW) {
            return raw(path, writable, format == null);
        }
        if (writable) {
            throw new IOException(path + " is a qcow2 image, which is only read: add 'ro' or 'overlay'");
        }
        if (depth > LONGEST_CHAIN) {
            throw new IOException(path + " lies on more than " + LONGEST_CHAIN + " other images");
        }
        return qcow2(path, depth);
    }

    private static ImageFormat byName(Path path) {
        return path.toString().endsWith(".qcow2") ? QCOW2 : RAW;
    }

    private static Storage raw(Path path, boolean writable, boolean guessed) throws IOException {
        FileStorage storage = FileStorage.open(path, writable);
        if (guessed && storage.size() > 0 && firstBytes(storage) == Qcow2Header.MAGIC) {
            storage.close();
            throw new IOException(
                    path + " looks like a qcow2 image: say 'format=qcow2', or 'format=raw' if it is none");
        }
        return storage;
    }

    private static int firstBytes(FileStorage storage) throws IOException {
        MemorySegment sector = Arena.ofAuto().allocate(Storage.SECTOR_SIZE);
        IoVector vector = new IoVector(1);
        vector.add(sector, 0, sector.byteSize());
        storage.read(0, vector);
        return Integer.reverseBytes(sector.get(ValueLayout.JAVA_INT, 0));
    }

    private static Storage qcow2(Path path, int depth) throws IOException {
        DiskFile file;
        try {
            file = DiskFile.open(path.toString(), false);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
        Storage backing = null;
        try {
            if (!file.tryLock(false)) {
                throw new IOException("is in use: another has locked it to write to it");
            }
            Qcow2Header header = Qcow2Header.parse(start(file));
            backing = header.backing() == null ? null : backing(path, header, header.backing(), depth);
            return new Qcow2Storage(file, header, backing);
        } catch (IOException | LinuxException refused) {
            file.close();
            if (backing != null) {
                backing.close();
            }
            throw new IOException(path + " " + refused.getMessage(), refused);
        }
    }

    private static ByteBuffer start(DiskFile file) {
        MemorySegment bytes = Arena.ofAuto().allocate(Qcow2Header.MOST_BYTES);
        IoVector vector = new IoVector(1);
        vector.add(bytes, 0, bytes.byteSize());
        int read = (int) file.read(vector, 0);
        return ByteBuffer.wrap(bytes.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
    }

    private static Storage backing(Path image, Qcow2Header header, String name, int depth) throws IOException {
        int colon = name.indexOf(':');
        int slash = name.indexOf('/');
        if (colon >= 0 && (slash < 0 || colon < slash) || name.indexOf('\0') >= 0) {
            throw new IOException("lies on '" + name + "', which is no file's name");
        }
        String said = header.backingFormat();
        ImageFormat format = said == null ? null : said.equals("qcow2") ? QCOW2 : said.equals("raw") ? RAW : null;
        if (said != null && format == null) {
            throw new IOException("lies on an image of format '" + said + "', which is not known here");
        }
        Path directory = image.toAbsolutePath().getParent();
        Path path = directory == null ? Path.of(name) : directory.resolve(name);
        try {
            return open(path, format, false, depth + 1);
        } catch (IOException refused) {
            throw new IOException("lies on another: " + refused.getMessage(), refused);
        }
    }
}
