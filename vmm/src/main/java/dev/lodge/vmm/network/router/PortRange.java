package dev.lodge.vmm.network.router;

/**
 * Ports of TCP or UDP.
 *
 * @param first the lowest, 0 to 65,535
 * @param last the highest, no less than that
 */
public record PortRange(int first, int last) {

    /** All, and frames that have none. */
    public static final PortRange ANY = new PortRange(0, 0xffff);

    boolean isAny() {
        return first == 0 && last == 0xffff;
    }

    boolean covers(int port) {
        return port >= first && port <= last;
    }
}
