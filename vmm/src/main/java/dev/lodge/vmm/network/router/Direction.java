package dev.lodge.vmm.network.router;

/** Which way a frame goes, as the domain sees it. */
public enum Direction {
    /** From the domain to the network. */
    OUT,
    /** From the network to the domain. */
    IN,
    /** Either. */
    ANY;

    boolean covers(Direction way) {
        return this == ANY || this == way;
    }
}
