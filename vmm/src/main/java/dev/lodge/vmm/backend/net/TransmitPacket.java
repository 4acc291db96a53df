package dev.lodge.vmm.backend.net;

import static dev.lodge.vmm.abi.NetifAbi.NETIF_RSP_NULL;
import static dev.lodge.vmm.abi.NetifAbi.NETTXF_csum_blank;
import static dev.lodge.vmm.abi.NetifAbi.NETTXF_data_validated;
import static dev.lodge.vmm.abi.NetifAbi.NETTXF_extra_info;
import static dev.lodge.vmm.abi.NetifAbi.NETTXF_more_data;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_FLAG_MORE;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_TYPE_GSO;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_TYPE_MAX;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_TYPE_MCAST_ADD;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_EXTRA_TYPE_MCAST_DEL;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_GSO_TYPE_TCPV4;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_GSO_TYPE_TCPV6;
import static dev.lodge.vmm.abi.NetifAbi.XEN_NETIF_NR_SLOTS_MIN;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_flags;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_gso_size;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_gso_type;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_mcast_addr;
import static dev.lodge.vmm.abi.NetifAbi.extra_info_type;
import static dev.lodge.vmm.abi.NetifAbi.tx_request_flags;
import static dev.lodge.vmm.abi.NetifAbi.tx_request_gref;
import static dev.lodge.vmm.abi.NetifAbi.tx_request_id;
import static dev.lodge.vmm.abi.NetifAbi.tx_request_offset;
import static dev.lodge.vmm.abi.NetifAbi.tx_request_size;
import static dev.lodge.vmm.abi.NetifAbi.tx_response_id;
import static dev.lodge.vmm.abi.NetifAbi.tx_response_status;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.RingBackEnd;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.network.Checksums;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.Segmenter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The slots of one packet that a front end transmits, as they come, and the frame that they make.
 *
 * <pre>
 *   request           its size is the whole packet's; flags for all of it
 *   extra info ...    if the request says so; each says whether another comes
 *   request ...       if the first says that there is more data; each says whether another comes
 * </pre>
 *
 * <p>The slots are given as copies and read once; so is what they grant. Allocates nothing, but for a fault.
 */
final class TransmitPacket {

    /** More slots than this are no mistake any more: {@code FATAL_SKB_SLOTS_DEFAULT} of Linux's netback. */
    private static final int MOST_SLOTS = 20;

    private static final int MOST_EXTRAS = XEN_NETIF_EXTRA_TYPE_MAX - 1;
    private static final int EXTRA = -1;

    private final int[] ids = new int[MOST_SLOTS + MOST_EXTRAS];
    private final int[] grants = new int[MOST_SLOTS];
    private final int[] offsets = new int[MOST_SLOTS];
    private final int[] sizes = new int[MOST_SLOTS];
    private int slots;
    private int fragments;
    private int extras;
    private int flags;
    private int segmentSize;
    private int segmentType;
    private boolean expectsExtra;
    private boolean expectsData;
    private boolean bad;
    private boolean control;

    /** Forgets all slots. */
    void clear() {
        slots = 0;
        fragments = 0;
        extras = 0;
        flags = 0;
        segmentSize = 0;
        segmentType = 0;
        expectsExtra = false;
        expectsData = false;
        bad = false;
        control = false;
    }

    /** Whether all its slots have come. */
    boolean isComplete() {
        return slots > 0 && !expectsExtra && !expectsData;
    }

    /** Whether it only told the back end something and is no packet. */
    boolean isControl() {
        return control;
    }

    /**
     * Takes the next slot.
     *
     * @param slot {@code SIZEOF_tx_request} bytes
     * @param filter is told of groups
     * @throws ConnectionFault if nobody could mean it
     */
    void add(MemorySegment slot, MulticastFilter filter) throws ConnectionFault {
        if (expectsExtra) {
            addExtra(slot, filter);
        } else {
            addRequest(slot);
        }
    }

    private void addRequest(MemorySegment slot) throws ConnectionFault {
        int offset = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, tx_request_offset) & 0xffff;
        int size = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, tx_request_size) & 0xffff;
        int itsFlags = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, tx_request_flags) & 0xffff;
        if (fragments == MOST_SLOTS) {
            throw new ConnectionFault("a packet of more than " + MOST_SLOTS + " slots");
        }
        ids[slots++] = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, tx_request_id) & 0xffff;
        grants[fragments] = slot.get(ValueLayout.JAVA_INT_UNALIGNED, tx_request_gref);
        offsets[fragments] = offset;
        sizes[fragments] = size;
        if (fragments > 0) {
            // The first one's own part is what the others leave of the whole.
            bad |= size > sizes[0] || fragments == XEN_NETIF_NR_SLOTS_MIN;
            sizes[0] -= Math.min(size, sizes[0]);
            if (offset + size > FrameNumber.FRAME_SIZE) {
                throw new ConnectionFault(size + " bytes at " + offset + " cross the end of a frame");
            }
        } else {
            flags = itsFlags;
            expectsExtra = (itsFlags & NETTXF_extra_info) != 0;
        }
        fragments++;
        expectsData = (itsFlags & NETTXF_more_data) != 0;
    }

    private void addExtra(MemorySegment slot, MulticastFilter filter) throws ConnectionFault {
        int type = slot.get(ValueLayout.JAVA_BYTE, extra_info_type) & 0xff;
        int itsFlags = slot.get(ValueLayout.JAVA_BYTE, extra_info_flags);
        if (type == 0 || type >= XEN_NETIF_EXTRA_TYPE_MAX || extras == MOST_EXTRAS) {
            throw new ConnectionFault(extras == MOST_EXTRAS ? "too much extra info" : "extra info of type " + type);
        }
        extras++;
        ids[slots++] = EXTRA;
        switch (type) {
            case XEN_NETIF_EXTRA_TYPE_GSO -> {
                segmentSize = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, extra_info_gso_size) & 0xffff;
                segmentType = slot.get(ValueLayout.JAVA_BYTE, extra_info_gso_type) & 0xff;
                bad |= segmentSize == 0
                        || (segmentType != XEN_NETIF_GSO_TYPE_TCPV4 && segmentType != XEN_NETIF_GSO_TYPE_TCPV6);
            }
            case XEN_NETIF_EXTRA_TYPE_MCAST_ADD -> {
                control = true;
                bad |= !filter.add(address(slot));
            }
            case XEN_NETIF_EXTRA_TYPE_MCAST_DEL -> {
                control = true;
                filter.remove(address(slot));
            }
            default -> {
                // a hash, which nobody here asked for
            }
        }
        expectsExtra = (itsFlags & XEN_NETIF_EXTRA_FLAG_MORE) != 0;
    }

    private static long address(MemorySegment slot) {
        long address = 0;
        for (int i = 0; i < 6; i++) {
            address = address << 8 | slot.get(ValueLayout.JAVA_BYTE, extra_info_mcast_addr + i) & 0xff;
        }
        return address;
    }

    /**
     * Copies what the slots grant into a frame and checks that it is one; nothing is copied of what only told something.
     *
     * @return false if it is none, or cannot be had: the packet failed
     * @throws ConnectionFault if the first slot crosses the end of its frame
     */
    boolean copyTo(Frame frame, GrantMappings mappings) throws ConnectionFault {
        if (bad || control) {
            return !bad;
        }
        if (offsets[0] + sizes[0] > FrameNumber.FRAME_SIZE) {
            throw new ConnectionFault(sizes[0] + " bytes at " + offsets[0] + " cross the end of a frame");
        }
        int length = 0;
        try {
            for (int i = 0; i < fragments; i++) {
                mappings.read(grants[i], offsets[i], frame.bytes(), length, sizes[i]);
                length += sizes[i];
            }
        } catch (GuestFault refused) {
            return false;
        }
        return length >= Frame.MIN_LENGTH && describe(frame, length);
    }

    private boolean describe(Frame frame, int length) {
        boolean blank = (flags & NETTXF_csum_blank) != 0 || segmentSize != 0;
        boolean valid = (flags & NETTXF_data_validated) != 0;
        frame.set(
                length,
                blank ? Frame.Checksum.BLANK : valid ? Frame.Checksum.VALID : Frame.Checksum.UNKNOWN,
                segmentSize);
        if (segmentSize != 0) {
            int version = segmentType == XEN_NETIF_GSO_TYPE_TCPV4 ? 4 : 6;
            if (frame.headers().ipVersion() != version || !Segmenter.canCut(frame)) {
                return false;
            }
        }
        return !blank || Checksums.prepareBlank(frame);
    }

    /** Answers all slots. */
    void answer(RingBackEnd ring, MemorySegment response, int status) {
        for (int i = 0; i < slots; i++) {
            boolean extra = ids[i] == EXTRA;
            response.set(ValueLayout.JAVA_SHORT_UNALIGNED, tx_response_id, (short) (extra ? 0 : ids[i]));
            response.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED, tx_response_status, (short) (extra ? NETIF_RSP_NULL : status));
            ring.answer(response);
        }
    }
}
