package dev.lodge.vmm.backend.net;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.network.Checksums;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.FrameHeaders;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Segmenter;
import org.jspecify.annotations.Nullable;

/**
 * An interface while a front end is connected: moves frames both ways, some at a time, so that a domain's interfaces and
 * queues take turns and none is served out of turn.
 */
final class NetConnection implements Connection {

    /** Frames that one queue moves before it is another's turn. */
    private static final int TURN = 64;

    private final FrontEnd front;
    private final NetworkPort network;
    private final FrontEndFeatures features;
    private final MulticastFilter filter = new MulticastFilter();
    private final IoLoop.Bell bell;
    private NetQueue[] queues = {};
    private boolean up;

    private final Frame segment = new Frame();
    private final Segmenter segmenter = new Segmenter();
    private @Nullable Frame held; // it waits for room
    private boolean cutting; // it is being given in segments, of which the next waits
    private long lost;

    NetConnection(FrontEnd front, NetworkPort network, TimedAlarm alarm, FrontEndFeatures features) {
        this.front = front;
        this.network = network;
        this.features = features;
        filter.setActive(features.choosesGroups());
        bell = front.bell(this::move);
        if (alarm.file() >= 0) {
            front.watch(alarm.file(), this::move);
        }
    }

    /** Takes up the front end's queues. */
    void open(int count) throws ConnectionFault {
        NetQueue[] opened = new NetQueue[count];
        for (int i = 0; i < count; i++) {
            String directory = count == 1 ? "" : "queue-" + i + "/";
            opened[i] = new NetQueue(front, directory, network, filter, bell);
        }
        queues = opened;
    }

    @Override
    public void start() {
        up = network.isUp();
        network.attach(bell::ring);
        if (network.file() >= 0) {
            front.watch(network.file(), this::move);
        }
        bell.ring();
    }

    private void move() throws ConnectionFault {
        boolean more = false;
        for (NetQueue queue : queues) {
            more |= queue.transmit().move(TURN);
        }
        network.flush();
        more |= deliver();
        for (NetQueue queue : queues) {
            queue.publish();
        }
        if (more) {
            bell.ring();
        }
        if (up && !network.isUp()) {
            up = false;
            front.back().put("carrier", 0);
        }
    }

    /** Gives the front end what has arrived; whether it stopped only because others have their turn. */
    private boolean deliver() throws ConnectionFault {
        for (int i = 0; i < TURN * queues.length; i++) {
            Frame incoming = held;
            if (incoming == null) {
                incoming = network.receive();
                if (incoming == null) {
                    return false;
                }
                if (!prepare(incoming)) {
                    continue; // it was not for this domain
                }
                held = incoming;
            }
            Frame frame = cutting ? segment : incoming;
            ReceiveQueue queue = queues[choose(incoming.headers())].receive();
            if (!queue.hasRoom(frame)) {
                return false;
            }
            queue.put(frame);
            cutting = cutting && segmenter.hasNext();
            if (cutting) {
                segmenter.next(segment);
            } else {
                held = null;
            }
        }
        return true;
    }

    /** Finishes what the front end cannot; false if it is not to have the frame. */
    private boolean prepare(Frame incoming) {
        if (!filter.passes(incoming.headers().destinationMac())) {
            return false;
        }
        if (incoming.segmentSize() != 0 && !features.takesLarge(incoming)) {
            segmenter.begin(incoming);
            segmenter.next(segment);
            cutting = true;
        } else if (incoming.isBlank() && !features.takesBlank(incoming)) {
            Checksums.complete(incoming);
        }
        int longest = (cutting ? segment : incoming).length();
        if (!features.scatter() && longest > FrameNumber.FRAME_SIZE) {
            cutting = false;
            lost++;
            return false;
        }
        return true;
    }

    /** The same queue for all frames of a flow. */
    private int choose(FrameHeaders headers) {
        if (queues.length == 1) {
            return 0;
        }
        long flow = headers.sourceHigh() ^ headers.sourceLow() ^ headers.destinationHigh() ^ headers.destinationLow();
        long mixed = (flow ^ ((long) headers.sourcePort() << 16 | headers.destinationPort())) * 0x9e37_79b9_7f4a_7c15L;
        return (int) ((mixed >>> 33) % queues.length);
    }

    /** How many frames were too long for the front end. */
    long lost() {
        return lost;
    }

    @Override
    public void close() {
        network.attach(() -> {});
    }
}
