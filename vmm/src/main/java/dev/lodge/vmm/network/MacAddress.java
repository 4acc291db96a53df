package dev.lodge.vmm.network;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The address of a network interface.
 *
 * @param value its 48 bits, the first byte on the wire highest
 */
public record MacAddress(long value) {

    /** All interfaces of a network. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long GROUP = 1L << 40;
    private static final long XEN_OUI = 0x00163eL << 24;
    private static final int BYTES = 6;

    /**
     * Checks the address.
     *
     * @throws IllegalArgumentException if it has more than 48 bits
     */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("an address of more than 48 bits");
        }
    }

    /** An address in Xen's own range, 00:16:3e, that is always the same for the same domain and interface. */
    public static MacAddress of(String domain, int index) {
        CRC32 crc = new CRC32();
        crc.update(domain.getBytes(StandardCharsets.UTF_8));
        crc.update('/');
        crc.update(index);
        return new MacAddress(XEN_OUI | crc.getValue() & 0xff_ffff);
    }

    /** Reads six bytes in hexadecimal with colons between; null if the text is anything else. */
    public static @Nullable MacAddress parse(String text) {
        if (text.length() != BYTES * 3 - 1) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (i % 3 == 2) {
                if (letter != ':') {
                    return null;
                }
            } else {
                int digit = letter < 128 ? Character.digit(letter, 16) : -1;
                if (digit < 0) {
                    return null;
                }
                value = value << 4 | digit;
            }
        }
        return new MacAddress(value);
    }

    /** Whether it names several interfaces: a multicast address, or the broadcast address. */
    public boolean isGroup() {
        return isGroup(value);
    }

    /** {@link #isGroup()} of a bare address. */
    public static boolean isGroup(long value) {
        return (value & GROUP) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(BYTES * 3);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (value >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
