package dev.lodge.vmm.backend.net;

import dev.lodge.vmm.network.MacAddress;

/** Which groups a front end wants to hear of, once it has asked for a choice ({@code request-multicast-control}). */
final class MulticastFilter {

    /** As many as Linux's netback keeps: {@code XEN_NETBK_MCAST_MAX}. */
    static final int MOST = 64;

    private final long[] groups = new long[MOST];
    private int count;
    private boolean active;

    /** Whether the list counts; otherwise every group passes. */
    void setActive(boolean active) {
        this.active = active;
    }

    /** Adds a group; false if it is none, or there is no room. */
    boolean add(long group) {
        if (!MacAddress.isGroup(group)) {
            return false;
        }
        if (find(group) < 0) {
            if (count == MOST) {
                return false;
            }
            groups[count++] = group;
        }
        return true;
    }

    /** Removes a group, if it is there. */
    void remove(long group) {
        int at = find(group);
        if (at >= 0) {
            groups[at] = groups[--count];
        }
    }

    /** Whether a frame for an address is for this domain. */
    boolean passes(long destination) {
        return !active
                || !MacAddress.isGroup(destination)
                || destination == MacAddress.BROADCAST
                || find(destination) >= 0;
    }

    private int find(long group) {
        for (int i = 0; i < count; i++) {
            if (groups[i] == group) {
                return i;
            }
        }
        return -1;
    }
}
