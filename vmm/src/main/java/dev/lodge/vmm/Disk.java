package dev.lodge.vmm;

import dev.lodge.vmm.storage.FileStorage;
import dev.lodge.vmm.storage.ImageFormat;
import dev.lodge.vmm.storage.OverlayStorage;
import dev.lodge.vmm.storage.Storage;
import dev.lodge.vmm.storage.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A disk for a guest: an image, and what may be done to it. Immutable; each method gives another disk.
 *
 * {@snippet :
 * Lodge.domain().disk(Disk.image(base).overlay()).disk(Disk.image(data).limit(50 << 20, 1000));
 * }
 */
public final class Disk {

    private final @Nullable Path image; // null: in memory
    private final long memory; // bytes
    private @Nullable ImageFormat format; // null: by the image's name
    private boolean readOnly;
    private boolean overlaid;
    private @Nullable Path overlay;
    private long bytesPerSecond;
    private long operationsPerSecond;
    private boolean persistent;

    private Disk(@Nullable Path image, long memory) {
        this.image = image;
        this.memory = memory;
    }

    /** Another such disk, which may be changed before anybody sees it. */
    private Disk copy() {
        Disk copy = new Disk(image, memory);
        copy.format = format;
        copy.readOnly = readOnly;
        copy.overlaid = overlaid;
        copy.overlay = overlay;
        copy.bytesPerSecond = bytesPerSecond;
        copy.operationsPerSecond = operationsPerSecond;
        copy.persistent = persistent;
        return copy;
    }

    /**
     * An image: a file, sparse or not, or a block device, byte for byte; or a qcow2 image, if its name ends so. While it is in
     * use it is locked against other writers.
     */
    public static Disk image(Path image) {
        return new Disk(image, 0);
    }

    /**
     * A disk in memory, all zeroes, gone with its domain; it takes memory from the host as it is written to.
     *
     * @param bytes a multiple of 512, more than 0
     */
    public static Disk inMemory(long bytes) {
        if (bytes <= 0 || bytes % Storage.SECTOR_SIZE != 0) {
            throw new IllegalArgumentException("a disk of " + bytes + " bytes: a multiple of 512 is needed");
        }
        return new Disk(null, bytes);
    }

    /** The image holds the disk byte for byte, whatever its name or its content look like. */
    public Disk raw() {
        return withFormat(ImageFormat.RAW);
    }

    /**
     * The image is QEMU's qcow2, whatever its name, and lies on others perhaps, which are opened, too: any files of the host
     * that it names. It can only be read, so the disk must be {@link #readOnly} or have an {@link #overlay}.
     */
    public Disk qcow2() {
        return withFormat(ImageFormat.QCOW2);
    }

    private Disk withFormat(ImageFormat format) {
        Disk disk = copy();
        disk.format = format;
        return disk;
    }

    /** The guest cannot write to it. */
    public Disk readOnly() {
        return withWrites(true, false, null);
    }

    /** The guest can write to it, but the image stays as it is: what is written is forgotten when the domain ends. */
    public Disk overlay() {
        return withWrites(false, true, null);
    }

    /** The guest can write to it, but the image stays as it is: what is written is kept in a file, and found there again. */
    public Disk overlay(Path file) {
        return withWrites(false, true, file);
    }

    private Disk withWrites(boolean readOnly, boolean overlaid, @Nullable Path overlay) {
        Disk disk = copy();
        disk.readOnly = readOnly;
        disk.overlaid = overlaid;
        disk.overlay = overlay;
        return disk;
    }

    /**
     * How much the guest may transfer; 0 for no limit.
     *
     * @throws IllegalArgumentException if a limit is below 0
     */
    public Disk limit(long bytesPerSecond, long operationsPerSecond) {
        if (bytesPerSecond < 0 || operationsPerSecond < 0) {
            throw new IllegalArgumentException("a limit below 0");
        }
        Disk disk = copy();
        disk.bytesPerSecond = bytesPerSecond;
        disk.operationsPerSecond = operationsPerSecond;
        return disk;
    }

    /**
     * The guest may use the same pages for all requests, which are mapped once: persistent grants. It then copies all data to and
     * from these, which costs more than it saves but where a mapping is dear; so disks do without unless this is said.
     */
    public Disk persistentGrants() {
        Disk disk = copy();
        disk.persistent = true;
        return disk;
    }

    boolean isPersistent() {
        return persistent;
    }

    /** What it is, for people. */
    String path() {
        return image == null ? "memory" : image.toString();
    }

    @Nullable
    Throttle throttle() {
        return bytesPerSecond == 0 && operationsPerSecond == 0
                ? null
                : new Throttle(bytesPerSecond, operationsPerSecond);
    }

    /**
     * Opens it.
     *
     * @throws BootException if that cannot be; the message says why
     */
    Storage open() {
        try {
            if (image == null) {
                return FileStorage.inMemory(memory);
            }
            if (!overlaid) {
                return ImageFormat.open(image, format, !readOnly);
            }
            Storage base = ImageFormat.open(image, format, false);
            return overlay == null
                    ? OverlayStorage.thrownAway(temporary(), base)
                    : OverlayStorage.keptIn(overlay, base);
        } catch (IOException refused) {
            throw new BootException("disk " + path() + ": " + refused.getMessage());
        }
    }

    /** As {@code lodge run --disk} takes it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(path());
        if (format != null) {
            text.append(format == ImageFormat.RAW ? ",format=raw" : ",format=qcow2");
        }
        if (readOnly) {
            text.append(",ro");
        }
        if (overlaid) {
            text.append(",overlay").append(overlay == null ? "" : "=" + overlay);
        }
        if (bytesPerSecond != 0) {
            text.append(",limit=").append(bytesPerSecond).append('B');
        }
        if (operationsPerSecond != 0) {
            text.append(",limit=").append(operationsPerSecond).append("iops");
        }
        if (persistent) {
            text.append(",persistent");
        }
        return text.toString();
    }

    /** Not /tmp if nobody says so: that is memory on many hosts. */
    private static Path temporary() {
        String named = System.getenv("TMPDIR");
        return Path.of(named == null || named.isEmpty() ? "/var/tmp" : named);
    }
}
