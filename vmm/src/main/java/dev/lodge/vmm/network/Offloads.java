package dev.lodge.vmm.network;

/**
 * What a receiver of frames does by itself, so that the sender need not.
 *
 * @param checksum it takes TCP and UDP whose checksum is not filled in
 * @param segmentation4 it takes TCP over IPv4 in pieces larger than the network's
 * @param segmentation6 the same over IPv6
 */
public record Offloads(boolean checksum, boolean segmentation4, boolean segmentation6) {

    /** All of it. */
    public static final Offloads ALL = new Offloads(true, true, true);

    /** Nothing: frames as they are on a wire. */
    public static final Offloads NONE = new Offloads(false, false, false);

    /** Whether a frame can be given as it is. */
    public boolean take(Frame frame) {
        if (frame.isBlank() && !checksum) {
            return false;
        }
        return frame.segmentSize() == 0 || (frame.headers().ipVersion() == 4 ? segmentation4 : segmentation6);
    }
}
