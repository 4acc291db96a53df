package dev.lodge.vmm.backend.block;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.abi.BlkifAbi;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.backend.xenbus.Nodes;
import dev.lodge.vmm.storage.Storage;
import dev.lodge.vmm.storage.Throttle;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A virtual block device, {@code vbd}: what its front end must know of the disk, and how a connection begins. */
public final class BlockBackEnd implements BackEnd {

    /** How many disks a domain may have: {@code xvda} to {@code xvdz}. */
    public static final int MOST_DISKS = 26;

    private static final int MOST_QUEUES = 4;
    private static final int MOST_RING_ORDER = 4; // Linux's own limit
    private static final int XVD_MAJOR = 202;
    private static final int MINORS = 16; // of a disk, for its partitions
    private static final int DISKS_OF_MAJOR = 16;
    private static final int EXTENDED = 1 << 28; // docs/man/xen-vbd-interface.7

    private final String path;
    private final int number;
    private final Disk disk;
    private final boolean persistent;

    /**
     * A disk that has not told of itself yet.
     *
     * @param index 0 for {@code xvda}, less than {@link #MOST_DISKS}
     * @param path where the image is, for people
     * @param storage closed with this
     * @param throttle how much may be transferred; null for no limit
     * @param persistent whether persistent grants are offered
     */
    public BlockBackEnd(int index, String path, Storage storage, @Nullable Throttle throttle, boolean persistent) {
        this.path = path;
        this.persistent = persistent;
        Objects.checkIndex(index, MOST_DISKS);
        number = index < DISKS_OF_MAJOR ? XVD_MAJOR << 8 | index * MINORS : EXTENDED | index << 8;
        disk = new Disk("xvd" + (char) ('a' + index), storage, throttle);
    }

    @Override
    public String kind() {
        return "vbd";
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public void describe(Nodes back, Nodes front) {
        Storage storage = disk.storage();
        front.put("virtual-device", number);
        front.put("device-type", "disk");
        back.put("params", path);
        back.put("type", "file");
        back.put("dev", disk.name());
        back.put("mode", storage.isWritable() ? "w" : "r");
        back.put("device-type", "disk");
        back.put("removable", 0);
        back.put("max-ring-page-order", MOST_RING_ORDER);
        back.put("multi-queue-max-queues", MOST_QUEUES);
        back.put("feature-max-indirect-segments", BlockRequest.MAX_SEGMENTS);
        back.put("feature-persistent", persistent ? 1 : 0);
        back.put("feature-flush-cache", 1);
        back.put("feature-barrier", 1);
        back.put("feature-discard", storage.canDiscard() ? 1 : 0);
        if (storage.canDiscard()) {
            back.put("discard-granularity", storage.blockSize());
            back.put("discard-alignment", 0);
            back.put("discard-secure", 0);
        }
        back.put("sector-size", Disk.SECTOR_SIZE);
        // A power of two of which the whole disk must be a multiple; 512 for sectors, as front ends may know no other.
        back.put("physical-sector-size", Long.lowestOneBit(storage.blockSize() | disk.sectors() * Disk.SECTOR_SIZE));
        back.put("info", storage.isWritable() ? 0 : BlkifAbi.VDISK_READONLY);
        back.put("sectors", disk.sectors());
    }

    @Override
    public Connection connect(FrontEnd front) throws ConnectionFault {
        GuestWidth width = width(front.text("protocol"));
        int queues = (int) front.number("multi-queue-num-queues", 1, MOST_QUEUES, 1);
        int order = (int) front.number("ring-page-order", 0, MOST_RING_ORDER, 0);
        return new BlockConnection(disk, front, width, queues, order, persistent);
    }

    private static GuestWidth width(@Nullable String protocol) throws ConnectionFault {
        if (protocol == null || protocol.equals("x86_64-abi")) {
            return GuestWidth.BITS_64;
        } else if (protocol.equals("x86_32-abi")) {
            return GuestWidth.BITS_32;
        }
        throw new ConnectionFault("its protocol is neither x86_64-abi nor x86_32-abi");
    }

    /** Linux's driver begins anew with a back end that it finds Connected, and with no other but a new one. */
    @Override
    public boolean staysConnected() {
        return true;
    }

    @Override
    public void close() {
        try {
            disk.storage().close();
        } catch (IOException failure) {
            disk.complain(String.valueOf(failure.getMessage()));
        }
    }
}
