package dev.lodge.vmm.backend.net;

import static dev.lodge.vmm.abi.NetifAbi.NETIF_RSP_ERROR;
import static dev.lodge.vmm.abi.NetifAbi.NETIF_RSP_OKAY;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_tx_request;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_tx_response;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.RingBackEnd;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.network.Checksums;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Offloads;
import dev.lodge.vmm.network.Segmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Frames from one ring of a domain to the network. A packet is answered when the network has taken it; while the network
 * takes nothing, packets stay in the ring.
 */
final class TransmitQueue {

    private final RingBackEnd ring;
    private final GrantMappings mappings;
    private final NetworkPort network;
    private final MulticastFilter filter;
    private final MemorySegment request = Arena.ofAuto().allocate(SIZEOF_tx_request, Integer.BYTES);
    private final MemorySegment response = Arena.ofAuto().allocate(SIZEOF_tx_response, Integer.BYTES);
    private final TransmitPacket packet = new TransmitPacket();
    private final Frame frame = new Frame();
    private final Frame segment = new Frame();
    private final Segmenter segmenter = new Segmenter();
    private boolean ready; // the frame is to be sent
    private boolean cutting; // it is being sent in segments
    private boolean segmentReady;

    TransmitQueue(RingBackEnd ring, GrantMappings mappings, NetworkPort network, MulticastFilter filter) {
        this.ring = ring;
        this.mappings = mappings;
        this.network = network;
        this.filter = filter;
    }

    /**
     * Moves packets, at most so many.
     *
     * @return whether it stopped only because of that: there may be more
     */
    boolean move(int most) throws ConnectionFault {
        for (int done = 0; done < most; done++) {
            if (!ready) {
                if (!collect()) {
                    return false;
                }
                if (!packet.copyTo(frame, mappings)) {
                    finish(NETIF_RSP_ERROR);
                    continue;
                }
                if (packet.isControl()) {
                    finish(NETIF_RSP_OKAY);
                    continue;
                }
                ready = true;
            }
            if (!send()) {
                return false; // whoever attached to the network is called when it takes more
            }
            finish(NETIF_RSP_OKAY);
        }
        return true;
    }

    /** Takes slots until a packet is complete; false if there are not enough, of which the front end will notify. */
    private boolean collect() throws ConnectionFault {
        while (!packet.isComplete()) {
            if (ring.take(request)) {
                packet.add(request, filter);
            } else if (!ring.moreArrived()) {
                return false;
            }
        }
        return true;
    }

    private void finish(int status) {
        packet.answer(ring, response, status);
        packet.clear();
        ready = false;
        cutting = false;
    }

    private boolean send() {
        Offloads offloads = network.offloads();
        if (!cutting && frame.segmentSize() != 0 && !offloads.take(frame)) {
            segmenter.begin(frame);
            cutting = true;
        }
        if (cutting) {
            return sendSegments();
        }
        if (frame.isBlank() && !offloads.checksum()) {
            Checksums.complete(frame);
        }
        return network.send(frame);
    }

    private boolean sendSegments() {
        while (segmentReady || segmenter.hasNext()) {
            if (!segmentReady) {
                segmenter.next(segment);
                segmentReady = true;
            }
            if (!network.send(segment)) {
                return false;
            }
            segmentReady = false;
        }
        return true;
    }

    /** Shows the answers to the front end; whether it is to be notified. */
    boolean publish() {
        return ring.publish();
    }
}
