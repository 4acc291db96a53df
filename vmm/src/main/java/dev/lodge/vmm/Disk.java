package dev.lodge.vmm;

import dev.lodge.vmm.storage.FileStorage;
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

    private final @Nullable Path image;
    private final long memory;
    private final boolean readOnly;
    private final boolean overlaid;
    private final @Nullable Path overlay;
    private final long bytesPerSecond;
    private final long operationsPerSecond;

    private Disk(
            @Nullable Path image,
            long memory,
            boolean readOnly,
            boolean overlaid,
            @Nullable Path overlay,
            long bytesPerSecond,
            long operationsPerSecond) {
        this.image = image;
        this.memory = memory;
        this.readOnly = readOnly;
        this.overlaid = overlaid;
        this.overlay = overlay;
        this.bytesPerSecond = bytesPerSecond;
        this.operationsPerSecond = operationsPerSecond;
    }

    /** A raw image: a file, sparse or not, or a block device. While it is in use it is locked against other writers. */
    public static Disk image(Path image) {
        return new Disk(image, 0, false, false, null, 0, 0);
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
        return new Disk(null, bytes, false, false, null, 0, 0);
    }

    /** The guest cannot write to it. */
    public Disk readOnly() {
        return new Disk(image, memory, true, false, null, bytesPerSecond, operationsPerSecond);
    }

    /** The guest can write to it, but the image stays as it is: what is written is forgotten when the domain ends. */
    public Disk overlay() {
        return new Disk(image, memory, false, true, null, bytesPerSecond, operationsPerSecond);
    }

    /** The guest can write to it, but the image stays as it is: what is written is kept in a file, and found there again. */
    public Disk overlay(Path file) {
        return new Disk(image, memory, false, true, file, bytesPerSecond, operationsPerSecond);
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
        return new Disk(image, memory, readOnly, overlaid, overlay, bytesPerSecond, operationsPerSecond);
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
                return FileStorage.open(image, !readOnly);
            }
            Storage base = FileStorage.open(image, false);
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
        if (readOnly) {
            text.append(",ro");
        }
        if (overlaid) {
            text.append(",overlay").append(overlay == null ? "" : "=" + overlay);
        }
        if (bytesPerSecond != 0) {
            text.append(",limit=").append(bytesPerSecond);
        }
        if (operationsPerSecond != 0) {
            text.append(",limit=").append(operationsPerSecond).append("iops");
        }
        return text.toString();
    }

    /** Not /tmp if nobody says so: that is memory on many hosts. */
    private static Path temporary() {
        String named = System.getenv("TMPDIR");
        return Path.of(named == null || named.isEmpty() ? "/var/tmp" : named);
    }
}
