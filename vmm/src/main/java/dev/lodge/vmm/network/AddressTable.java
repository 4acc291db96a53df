package dev.lodge.vmm.network;

import java.util.Arrays;

/**
 * At which plug of a switch an address was last seen. Of fixed size: a plug may have so many addresses, and what does not fit
 * is not learnt, so that frames to it go everywhere. Not safe for several threads; allocates nothing.
 */
final class AddressTable {

    /** How many addresses one plug may have: those of the domain behind it, and some of what it is a bridge for. */
    static final int MOST_OF_ONE = 64;

    /** How long an address is remembered, in nanoseconds: IEEE 802.1D's five minutes. */
    static final long LIFETIME = 300_000_000_000L;

    static final int NOWHERE = -1;

    private static final int SIZE = 1 << 12;
    private static final int PROBES = 16;

    private final long[] addresses = new long[SIZE];
    private final long[] seen = new long[SIZE];
    private final short[] plugs = new short[SIZE];
    private final int[] count;

    AddressTable(int plugs) {
        count = new int[plugs];
        Arrays.fill(this.plugs, (short) NOWHERE);
    }

    /** An address was seen at a plug; it may have moved there. */
    void learn(long address, int plug, long now) {
        int free = -1;
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(address, probe);
            if (plugs[slot] == NOWHERE || now - seen[slot] > LIFETIME) {
                if (free < 0) {
                    free = slot;
                }
            } else if (addresses[slot] == address) {
                seen[slot] = now;
                if (plugs[slot] != plug && count[plug] < MOST_OF_ONE) {
                    count[plugs[slot]]--;
                    count[plug]++;
                    plugs[slot] = (short) plug;
                }
                return;
            }
        }
        if (free >= 0) {
            forget(free);
            if (count[plug] < MOST_OF_ONE) {
                addresses[free] = address;
                seen[free] = now;
                plugs[free] = (short) plug;
                count[plug]++;
            }
        }
    }

    /** The plug where an address is, or {@link #NOWHERE}. */
    int find(long address, long now) {
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(address, probe);
            if (plugs[slot] != NOWHERE && addresses[slot] == address && now - seen[slot] <= LIFETIME) {
                return plugs[slot];
            }
        }
        return NOWHERE;
    }

    /** Forgets all addresses of a plug. */
    void forgetAll(int plug) {
        for (int slot = 0; slot < SIZE; slot++) {
            if (plugs[slot] == plug) {
                forget(slot);
            }
        }
    }

    private void forget(int slot) {
        if (plugs[slot] != NOWHERE) {
            count[plugs[slot]]--;
            plugs[slot] = NOWHERE;
        }
    }

    private static int slot(long address, int probe) {
        long mixed = address * 0x9e37_79b9_7f4a_7c15L;
        return ((int) (mixed >>> 48) + probe) & SIZE - 1;
    }
}
