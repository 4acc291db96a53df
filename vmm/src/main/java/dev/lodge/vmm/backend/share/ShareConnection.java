package dev.lodge.vmm.backend.share;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.ProcessLimits;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.backend.share.ninep.Limits;
import dev.lodge.vmm.backend.share.ninep.NinepServer;
import dev.lodge.vmm.backend.share.ninep.Ownership;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.io.IoLoop;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One front end's rings and the thread that serves them, one request after the other. */
final class ShareConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(ShareConnection.class);

    /** The longest that Linux asks for over Xen. */
    private static final int MESSAGE_SIZE = 512 << 10;

    /** Of one ring, before the others have their turn. */
    private static final int MESSAGES_AT_A_TIME = 16;

    private final FrontEnd front;
    private final String name;
    private final IoLoop loop;
    private final Arena arena = Arena.ofShared();
    private final IoLoop.Bell beginning;
    private final List<IoLoop.Bell> bells = new ArrayList<>();
    private final ShareRing[] rings = new ShareRing[ShareBackEnd.MOST_RINGS];
    private final NinepServer server;
    private boolean ended; // the loop's thread only

    private ShareConnection(FrontEnd front, int number, FileDescriptor root, boolean readOnly, Ownership ownership)
            throws ConnectionFault {
        this.front = front;
        name = "d" + front.domid() + "share" + number;
        loop = new IoLoop(name, this::fail);
        beginning = loop.bell(ProcessLimits::unmaskThisThread);
        try {
            server = new NinepServer(root, readOnly, ownership, Limits.withMessagesOf(takeUpRings()));
        } catch (ConnectionFault | RuntimeException refused) {
            loop.close();
            arena.close();
            throw refused;
        }
    }

    /**
     * Takes up a front end's rings.
     *
     * @throws ConnectionFault if they are none
     * @throws LinuxException if the directory cannot be looked at
     */
    static ShareConnection with(FrontEnd front, int number, FileDescriptor root, boolean readOnly, Ownership ownership)
            throws ConnectionFault {
        String version = front.text("version");
        if (!ShareBackEnd.VERSION.equals(version)) {
            throw new ConnectionFault("its version is not " + ShareBackEnd.VERSION);
        }
        return new ShareConnection(front, number, root, readOnly, ownership);
    }

    /** Bytes in the longest message that fits into each of them. */
    private int takeUpRings() throws ConnectionFault {
        int count = (int) front.number("num-rings", 1, ShareBackEnd.MOST_RINGS);
        int smallest = MESSAGE_SIZE;
        for (int i = 0; i < count; i++) {
            int index = i;
            IoLoop.Bell bell = loop.bell(() -> serve(index), () -> mayHaveNews(index));
            bells.add(bell);
            ShareRing ring = ShareRing.of(front, i, bell);
            rings[i] = ring;
            smallest = Math.min(smallest, ring.size());
        }
        for (int i = 0; i < count; i++) {
            rings[i].allocate(arena, smallest);
        }
        return smallest;
    }

    /** Any thread, as soon as the port is bound, which is before there is a ring. */
    private boolean mayHaveNews(int index) {
        ShareRing ring = rings[index];
        return ring == null || ring.mayHaveNews();
    }

    @Override
    public void start() {
        beginning.ring();
        loop.start();
        for (int i = 0; i < bells.size(); i++) {
            bells.get(i).ring(); // for what was sent before anybody listened
        }
    }

    private void serve(int index) {
        if (ended) {
            return;
        }
        try {
            for (int i = 0; i < MESSAGES_AT_A_TIME; i++) {
                if (!rings[index].serve(server)) {
                    return;
                }
            }
            bells.get(index).ring();
        } catch (ConnectionFault fault) {
            end(fault.reason());
        }
    }

    private void end(String reason) {
        ended = true;
        front.end(reason);
    }

    private void fail(Throwable thrown) {
        if (thrown instanceof GuestFault || thrown instanceof LinuxException) {
            end(String.valueOf(thrown.getMessage()));
        } else {
            LOG.error("{} ends by a mistake of its own", name, thrown);
            end("an error of Lodge's own");
        }
    }

    @Override
    public void close() {
        loop.close();
        server.close();
        arena.close();
    }
}
