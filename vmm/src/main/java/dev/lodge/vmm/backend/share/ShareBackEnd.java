package dev.lodge.vmm.backend.share;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.OpenFlag;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.share.ninep.Ownership;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.backend.xenbus.Nodes;
import java.nio.file.Path;

/**
 * A directory of the host as a 9pfs device. Each connection has a thread of its own, so that a slow disk holds up no other
 * device of the guest.
 */
public final class ShareBackEnd implements BackEnd {

    static final String VERSION = "1";

    /** Linux wants at least two, and takes two. */
    static final int MOST_RINGS = 4;

    /** Of pages in a ring, to the power of two: 2 MiB, of which each direction has half. Linux takes no more. */
    static final int MOST_RING_ORDER = 9;

    private final int number;
    private final String tag;
    private final FileDescriptor root;
    private final boolean readOnly;
    private final Ownership ownership;

    private ShareBackEnd(int number, String tag, FileDescriptor root, boolean readOnly, Ownership ownership) {
        this.number = number;
        this.tag = tag;
        this.root = root;
        this.readOnly = readOnly;
        this.ownership = ownership;
    }

    /**
     * Opens a directory for a guest. Who owns what in it depends on who runs this process ({@link Ownership}).
     *
     * @param number the device's among the domain's of this kind
     * @param tag what the guest mounts it by
     * @throws LinuxException if there is no such directory, or it may not be entered
     */
    public static ShareBackEnd open(int number, String tag, Path directory, boolean readOnly) {
        FileDescriptor root = FileDescriptor.open(directory.toString(), OpenFlag.O_PATH | OpenFlag.O_DIRECTORY);
        return new ShareBackEnd(number, tag, root, readOnly, Ownership.ofThisProcess());
    }

    @Override
    public String kind() {
        return "9pfs";
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public void describe(Nodes back, Nodes front) {
        back.put("versions", VERSION);
        back.put("max-rings", MOST_RINGS);
        back.put("max-ring-page-order", MOST_RING_ORDER);
        front.put("tag", tag);
    }

    @Override
    public Connection connect(FrontEnd front) throws ConnectionFault {
        return ShareConnection.with(front, number, root, readOnly, ownership);
    }

    @Override
    public void close() {
        root.close();
    }
}
