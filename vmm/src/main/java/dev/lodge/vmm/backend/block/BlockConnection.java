package dev.lodge.vmm.backend.block;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.io.IoLoop;
import java.util.ArrayList;
import java.util.List;

/** A disk in use: its queues, and the thread that serves them, which lives as long as the connection. */
final class BlockConnection implements Connection {

    private final Disk disk;
    private final FrontEnd front;
    private final GuestWidth width;
    private final IoLoop loop;
    private final List<IoLoop.Bell> bells = new ArrayList<>();
    private final List<BlockQueue> queues = new ArrayList<>();
    private final IoLoop.Bell sizeBell;

    /**
     * Takes up the rings that a front end tells of.
     *
     * @param width of which its requests are
     * @throws ConnectionFault if it tells rubbish
     */
    BlockConnection(Disk disk, FrontEnd front, GuestWidth width, int queueCount, int ringOrder, boolean mayPersist)
            throws ConnectionFault {
        this.disk = disk;
        this.front = front;
        this.width = width;
        boolean wantsPersistent = front.has("feature-persistent"); // a bad value is refused, whatever was offered
        boolean persistent = mayPersist && wantsPersistent;
        loop = new IoLoop("d" + front.domid() + disk.name(), front::fail);
        sizeBell = front.bell(this::tellSize);
        try {
            for (int i = 0; i < queueCount; i++) {
                addQueue(queueCount == 1 ? "" : "queue-" + i + "/", ringOrder, persistent);
            }
        } catch (ConnectionFault | RuntimeException refused) {
            close();
            throw refused;
        }
    }

    private void addQueue(String directory, int ringOrder, boolean persistent) throws ConnectionFault {
        DescriptorRing ring =
                new DescriptorRing(front.ring(directory + "ring-ref", ringOrder), BlockRequest.size(width));
        int index = queues.size();
        IoLoop.Bell bell = loop.bell(() -> serve(index));
        BackendPort port = front.portRinging(directory + "event-channel", bell);
        BlockQueue queue = new BlockQueue(
                disk, ring.newBackEnd(), ring.size(), width, port, new GrantedFrames(front.mappings(), persistent));
        bells.add(bell);
        queues.add(queue);
        if (queue.fd() >= 0) {
            loop.onReadable(queue.fd(), () -> serve(index));
        }
    }

    @Override
    public void start() {
        disk.hurry(false);
        loop.start();
        for (int i = 0; i < bells.size(); i++) {
            bells.get(i).ring(); // for what came before the port was bound
        }
    }

    private void serve(int index) {
        if (disk.hasNewSize()) {
            sizeBell.ring();
        }
        try {
            if (queues.get(index).serve()) {
                bells.get(index).ring();
            }
        } catch (ConnectionFault fault) {
            front.end(fault.reason());
        }
    }

    private void tellSize() {
        front.back().put("sectors", disk.sectors());
        front.announce();
    }

    @Override
    public void close() {
        disk.hurry(true);
        loop.close(); // waits for a transfer in progress
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).close();
        }
    }
}
