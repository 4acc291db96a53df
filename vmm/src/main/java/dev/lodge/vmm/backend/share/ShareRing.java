package dev.lodge.vmm.backend.share;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lodge.rings.ByteRing;
import dev.lodge.rings.ByteRingConsumer;
import dev.lodge.rings.ByteRingProducer;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GrantRef;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.backend.share.ninep.NinepServer;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.Doorbell;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One of a device's rings: requests go out of the guest by one ring of bytes, replies come in by another.
 *
 * <pre>
 *   struct xen_9pfs_data_intf, a frame:  in_cons, in_prod, pad[56], out_cons, out_prod, pad[56], ring_order, ref[1 &lt;&lt; ring_order]
 *   the frames of ref:                   | in: half of them | out: the other half |
 * </pre>
 *
 * <p>{@code DEFINE_XEN_FLEX_RING_AND_INTF} of {@code xen/include/public/io/ring.h}. A request is copied out of the ring before
 * anybody looks at it. A reply is put in whole: Linux reads all of one as soon as its first bytes are there.
 */
final class ShareRing {

    private static final long IN_CONS = 0;
    private static final long IN_PROD = 4;
    private static final long OUT_CONS = 64;
    private static final long OUT_PROD = 68;
    private static final long RING_ORDER = 128;
    private static final long REFS = 132;

    /** A smaller one does not hold the smallest message that may be agreed upon. */
    private static final int LEAST_ORDER = 1;

    private final ByteRing in;
    private final ByteRingConsumer requests;
    private final ByteRingProducer replies;
    private final BackendPort port;

    private MemorySegment request = MemorySegment.NULL;
    private MemorySegment reply = MemorySegment.NULL;
    private int received;
    private int replyLength; // of a reply for which there was no room yet; 0 for none
    private volatile boolean waitingForRoom;

    private ShareRing(ByteRing in, ByteRing out, BackendPort port) {
        this.in = in;
        this.port = port;
        requests = out.newConsumer();
        replies = in.newProducer();
    }

    /**
     * The ring of a number, mapped.
     *
     * @param doorbell rings when the front end has sent or taken something
     * @throws ConnectionFault if the front end does not tell of such a ring
     */
    static ShareRing of(FrontEnd front, int number, Doorbell doorbell) throws ConnectionFault {
        String name = "ring-ref" + number;
        MemorySegment intf = front.frame(name);
        int order = intf.get(JAVA_INT, RING_ORDER);
        if (order < LEAST_ORDER || order > ShareBackEnd.MOST_RING_ORDER) {
            throw new ConnectionFault("its ring " + number + " has the order " + Integer.toUnsignedString(order)
                    + ", not " + LEAST_ORDER + " to " + ShareBackEnd.MOST_RING_ORDER);
        }
        List<MemorySegment> frames = new ArrayList<>(1 << order);
        for (int i = 0; i < 1 << order; i++) {
            GrantRef ref = new GrantRef(intf.get(JAVA_INT, REFS + (long) i * Integer.BYTES));
            frames.add(front.map(ref, name));
        }
        SharedPages pages = SharedPages.of(frames);
        int half = FrameNumber.FRAME_SIZE << order - 1;
        ByteRing in = new ByteRing(pages, 0, half, intf, IN_CONS, IN_PROD);
        ByteRing out = new ByteRing(pages, half, half, intf, OUT_CONS, OUT_PROD);
        return new ShareRing(in, out, front.portRinging("event-channel-" + number, doorbell));
    }

    /**
     * Whether a front end that rings may have something to be done. Linux's rings for each request, and again when it has
     * read the reply, of which there is news only when room is waited for. Any thread.
     */
    boolean mayHaveNews() {
        return waitingForRoom || requests.mayHaveMore();
    }

    /** Bytes that fit into it in one direction. */
    int size() {
        return in.size();
    }

    /** Gets memory for a request and a reply, of the connection's thread. */
    void allocate(Arena arena, int messageSize) {
        request = arena.allocate(messageSize);
        reply = arena.allocate(messageSize);
    }

    /**
     * Serves a request, or as much of one as is there.
     *
     * @return whether there may be more to do at once
     * @throws ConnectionFault if what is there is no message
     * @throws dev.lodge.rings.GuestFault if the indices cannot be true
     */
    boolean serve(NinepServer server) throws ConnectionFault {
        if (replyLength != 0) {
            return send();
        }
        if (received < NinepServer.HEADER_SIZE && !receive(NinepServer.HEADER_SIZE)) {
            return false;
        }
        int size = request.get(JAVA_INT, 0);
        if (size < NinepServer.HEADER_SIZE || size > request.byteSize()) {
            throw new ConnectionFault("it sent a message of " + Integer.toUnsignedString(size) + " bytes, not "
                    + NinepServer.HEADER_SIZE + " to " + request.byteSize());
        }
        if (received < size && !receive(size)) {
            return false;
        }
        received = 0;
        replyLength = server.serve(request, size, reply);
        return send();
    }

    /** Reads on until there are so many bytes: whether there are. */
    private boolean receive(int wanted) {
        received += requests.read(request, received, wanted - received);
        return received == wanted;
    }

    private boolean send() {
        // The front end tells when it has taken something, so what appears after this look is looked for.
        if (replies.room() < replyLength) {
            waitingForRoom = true; // and then looks again; others take room and then look at this
            if (replies.room() < replyLength) {
                return false;
            }
        }
        waitingForRoom = false;
        var _ = replies.write(reply, 0, replyLength);
        replyLength = 0;
        port.notifyGuest();
        return true;
    }
}
