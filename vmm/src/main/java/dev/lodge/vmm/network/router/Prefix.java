package dev.lodge.vmm.network.router;

import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses: those whose first bits are these.
 *
 * @param version 4, or 6, or 0 for any address at all
 * @param high the upper half of the address; of IPv4 as in {@code ::ffff:0:0/96}
 * @param low the lower half
 * @param bits how many count, of 128
 */
public record Prefix(int version, long high, long low, int bits) {

    /** Any address, and frames that have none. */
    public static final Prefix ANY = new Prefix(0, 0, 0, 0);

    private static final int MAPPED_BITS = 96;

    /** Whether an address, of that version, is in it. */
    public boolean covers(int itsVersion, long itsHigh, long itsLow) {
        if (version == 0) {
            return true;
        }
        return version == itsVersion
                && ((itsHigh ^ high) & mask(bits)) == 0
                && ((itsLow ^ low) & mask(bits - Long.SIZE)) == 0;
    }

    private static long mask(int count) {
        return count <= 0 ? 0 : count >= Long.SIZE ? -1L : -1L << Long.SIZE - count;
    }

    /** Reads {@code any}, an address, or an address with a number of bits; null if it is none of these. */
    public static @Nullable Prefix parse(String text) {
        if (text.equals("any")) {
            return ANY;
        }
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        long[] halves = new long[2];
        boolean six = address.indexOf(':') >= 0;
        if (!(six ? AddressText.parse6(address, halves) : AddressText.parse4(address, halves))) {
            return null;
        }
        int most = six ? 128 : 32;
        int length = slash < 0 ? most : AddressText.number(text, slash + 1, text.length(), most);
        if (length < 0) {
            return null;
        }
        int bits = six ? length : MAPPED_BITS + length;
        return new Prefix(six ? 6 : 4, halves[0] & mask(bits), halves[1] & mask(bits - Long.SIZE), bits);
    }
}
