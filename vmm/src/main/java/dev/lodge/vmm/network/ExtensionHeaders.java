package dev.lodge.vmm.network;

/**
 * The extension headers of an IPv6 packet (RFC 8200, 4): what comes behind them, and where. Of one packet after the other;
 * allocates nothing.
 */
final class ExtensionHeaders {

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51; // RFC 4302, 2.2: counts in 4 bytes
    private static final int DESTINATION = 60;

    private static final int LEAST = 8;
    private static final int MOST = 8;

    private int protocol;
    private int end;
    private int fragmentOffset;
    private boolean fragment;

    /**
     * Reads them from {@code start} on, never beyond the packet.
     *
     * @param first what the IPv6 header says to be next
     * @return whether they end within the packet; else only {@link #isFragment} is of meaning
     */
    boolean read(Frame frame, int first, int start, int packetEnd) {
        protocol = first;
        end = start;
        fragmentOffset = 0;
        fragment = false;
        for (int i = 0; i < MOST; i++) {
            if (!isExtension(protocol)) {
                return true;
            }
            if (end + LEAST > packetEnd) {
                return false;
            }
            int type = protocol;
            protocol = frame.u8(end);
            if (type == FRAGMENT) {
                fragment = true;
                fragmentOffset = frame.u16(end + 2) >>> 3;
                end += LEAST;
                if (fragmentOffset != 0) {
                    return true; // the rest is from somewhere within
                }
            } else {
                int length = frame.u8(end + 1);
                end += type == AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
            }
        }
        return false; // more than anybody sends: not to be passed on unread
    }

    private static boolean isExtension(int type) {
        return type == HOP_BY_HOP
                || type == ROUTING
                || type == FRAGMENT
                || type == AUTHENTICATION
                || type == DESTINATION;
    }

    /** What is behind the last: TCP, UDP or another. */
    int protocol() {
        return protocol;
    }

    /** Where the last ends, from the start of the frame; not within the packet, if the last says that it is longer. */
    int end() {
        return end;
    }

    /** Whether there is a fragment header. */
    boolean isFragment() {
        return fragment;
    }

    /** Where the fragment belongs in its packet, in units of 8 bytes; 0 for the first, and for a packet that is whole. */
    int fragmentOffset() {
        return fragmentOffset;
    }
}
