package dev.lodge.vmm.backend.net;

import static dev.lodge.vmm.abi.NetifAbi.NETIF_RSP_ERROR;
import static dev.lodge.vmm.abi.NetifAbi.NETRXF_csum_blank;
import static dev.lodge.vmm.abi.NetifAbi.NETRXF_data_validated;
import static dev.lodge.vmm.abi.NetifAbi.NETRXF_extra_info;
import static dev.lodge.vmm.abi.NetifAbi.NETRXF_more_data;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_extra_info;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_rx_request;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_rx_response;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_TYPE_GSO;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_GSO_TYPE_TCPV4;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_GSO_TYPE_TCPV6;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_gso_size;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_gso_type;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_type;
import static dev.lodge.vmm.abi.NetifAbi.rx_request_gref;
import static dev.lodge.vmm.abi.NetifAbi.rx_request_id;
import static dev.lodge.vmm.abi.NetifAbi.rx_response_flags;
import static dev.lodge.vmm.abi.NetifAbi.rx_response_id;
import static dev.lodge.vmm.abi.NetifAbi.rx_response_offset;
import static dev.lodge.vmm.abi.NetifAbi.rx_response_status;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.RingBackEnd;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.network.Frame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Frames from the network to one ring of a domain: cut over as many slots as they need, each of which is answered in the
 * place of its request.
 */
final class ReceiveQueue {

    private final RingBackEnd ring;
    private final GrantMappings mappings;
    private final MemorySegment request = Arena.ofAuto().allocate(SIZEOF_rx_request, Integer.BYTES);
    private final MemorySegment response = Arena.ofAuto().allocate(SIZEOF_rx_response, Integer.BYTES);
    private final MemorySegment extra = Arena.ofAuto().allocate(SIZEOF_extra_info, Integer.BYTES);

    ReceiveQueue(RingBackEnd ring, GrantMappings mappings) {
        this.ring = ring;
        this.mappings = mappings;
    }

    /** How many slots a frame needs. */
    static int slots(Frame frame) {
        int pages = (frame.length() + FrameNumber.FRAME_SIZE - 1) / FrameNumber.FRAME_SIZE;
        return frame.segmentSize() == 0 ? pages : pages + 1;
    }

    /**
     * Whether the front end has room for a frame. If not, it notifies when it has.
     *
     * @throws ConnectionFault if its index cannot be true
     */
    boolean hasRoom(Frame frame) throws ConnectionFault {
        int slots = slots(frame);
        return ring.available() >= slots || ring.moreArrived(slots - 1);
    }

    /** Gives the front end a frame, for which it has room. */
    void put(Frame frame) throws ConnectionFault {
        int flags =
                switch (frame.checksum()) {
                    case UNKNOWN -> 0;
                    case VALID -> NETRXF_data_validated;
                    case BLANK -> NETRXF_csum_blank | NETRXF_data_validated;
                };
        if (frame.segmentSize() != 0) {
            flags |= NETRXF_extra_info;
        }
        int length = frame.length();
        for (int at = 0; at < length; at += FrameNumber.FRAME_SIZE) {
            int size = Math.min(length - at, FrameNumber.FRAME_SIZE);
            putPart(frame, at, size, at + size < length ? flags | NETRXF_more_data : flags);
            if (at == 0 && frame.segmentSize() != 0) {
                putSegmentSize(frame);
            }
            flags = 0;
        }
    }

    private void putPart(Frame frame, int at, int size, int flags) throws ConnectionFault {
        takeRequest();
        int status = size;
        try {
            int grant = request.get(ValueLayout.JAVA_INT_UNALIGNED, rx_request_gref);
            mappings.write(grant, 0, frame.bytes(), at, size);
        } catch (GuestFault refused) {
            status = NETIF_RSP_ERROR;
        }
        response.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                rx_response_id,
                request.get(ValueLayout.JAVA_SHORT_UNALIGNED, rx_request_id));
        response.set(ValueLayout.JAVA_SHORT_UNALIGNED, rx_response_offset, (short) 0);
        response.set(ValueLayout.JAVA_SHORT_UNALIGNED, rx_response_flags, (short) flags);
        response.set(ValueLayout.JAVA_SHORT_UNALIGNED, rx_response_status, (short) status);
        ring.answer(response);
    }

    private void putSegmentSize(Frame frame) throws ConnectionFault {
        takeRequest(); // whose grant is not used
        boolean four = frame.headers().ipVersion() == 4;
        extra.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 0L);
        extra.set(ValueLayout.JAVA_BYTE, extra_info_type, (byte) XEN_NETIF_EXTRA_TYPE_GSO);
        extra.set(ValueLayout.JAVA_SHORT_UNALIGNED, extra_info_gso_size, (short) frame.segmentSize());
        extra.set(ValueLayout.JAVA_BYTE, extra_info_gso_type, (byte)
                (four ? XEN_NETIF_GSO_TYPE_TCPV4 : XEN_NETIF_GSO_TYPE_TCPV6));
        ring.answer(extra);
    }

    private void takeRequest() throws ConnectionFault {
        if (!ring.take(request)) {
            throw new AssertionError("requests that were there are gone");
        }
    }

    /** Shows the answers to the front end; whether it is to be notified. */
    boolean publish() {
        return ring.publish();
    }
}
