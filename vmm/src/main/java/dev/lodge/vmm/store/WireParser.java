package dev.lodge.vmm.store;

import dev.lodge.rings.ByteRingConsumer;
import java.nio.charset.StandardCharsets;

/**
 * Puts messages together from bytes as they come. Pure; allocates nothing once made. Confined to one thread at a time.
 *
 * <pre>
 *   0       4            8              12      16
 *   | type  | request id | transaction  | length | payload, length bytes, at most 4096
 * </pre>
 *
 * <p>All little-endian: {@code struct xsd_sockmsg} of {@code xen/include/public/io/xs_wire.h}.
 */
public final class WireParser {

    /** Bytes in a message's header. */
    public static final int HEADER_SIZE = 16;

    /** XENSTORE_PAYLOAD_MAX: the longest payload in either direction. */
    public static final int PAYLOAD_MAX = 4096;

    private static final int REQUEST_ID = 4;
    private static final int TRANSACTION_ID = 8;
    private static final int LENGTH = 12;

    private final byte[] bytes = new byte[HEADER_SIZE + PAYLOAD_MAX];
    private int filled;

    /**
     * How many more bytes the message at hand needs at least: first those of its header, then those of its payload; 0 when
     * it is complete.
     *
     * @throws WireProtocolException if its length is over {@link #PAYLOAD_MAX}: the client cannot be understood any more
     */
    public int needed() {
        if (filled < HEADER_SIZE) {
            return HEADER_SIZE - filled;
        }
        int length = integerAt(LENGTH);
        if (Integer.compareUnsigned(length, PAYLOAD_MAX) > 0) {
            throw new WireProtocolException("a xenstore message claims " + Integer.toUnsignedString(length) + " bytes");
        }
        return HEADER_SIZE + length - filled;
    }

    /** Whether a whole message is there. */
    public boolean isComplete() {
        return needed() == 0;
    }

    /** Takes what belongs to the message at hand; returns how many bytes that was. */
    public int accept(byte[] source, int offset, int length) {
        int taken = 0;
        while (taken < length && needed() > 0) {
            int count = Math.min(needed(), length - taken);
            System.arraycopy(source, offset + taken, bytes, filled, count);
            filled += count;
            taken += count;
        }
        return taken;
    }

    /** Takes what belongs to the message at hand from a ring; returns whether the message is complete. */
    boolean accept(ByteRingConsumer ring) {
        int needed = needed();
        while (needed > 0) {
            int count = ring.read(bytes, filled, needed);
            if (count == 0) {
                return false;
            }
            filled += count;
            needed = needed();
        }
        return true;
    }

    /** Forgets the message at hand, complete or not. */
    public void next() {
        filled = 0;
    }

    int type() {
        return integerAt(0);
    }

    int requestId() {
        return integerAt(REQUEST_ID);
    }

    int transactionId() {
        return integerAt(TRANSACTION_ID);
    }

    int payloadLength() {
        return filled - HEADER_SIZE;
    }

    byte[] payload(int from) {
        int length = payloadLength() - from;
        byte[] copy = new byte[length];
        System.arraycopy(bytes, HEADER_SIZE + from, copy, 0, length);
        return copy;
    }

    /** How many NULs the payload has. */
    int strings() {
        int count = 0;
        for (int i = HEADER_SIZE; i < filled; i++) {
            if (bytes[i] == 0) {
                count++;
            }
        }
        return count;
    }

    /**
     * Where the string that starts at {@code from} has its NUL.
     *
     * @throws StoreException EINVAL if it has none
     */
    int endOfString(int from) {
        for (int i = HEADER_SIZE + from; i < filled; i++) {
            if (bytes[i] == 0) {
                return i - HEADER_SIZE;
            }
        }
        throw StoreError.EINVAL.exception();
    }

    String string(int from, int end) {
        return new String(bytes, HEADER_SIZE + from, end - from, StandardCharsets.ISO_8859_1);
    }

    private int integerAt(int offset) {
        return (bytes[offset] & 0xff)
                | (bytes[offset + 1] & 0xff) << 8
                | (bytes[offset + 2] & 0xff) << 16
                | bytes[offset + 3] << 24;
    }
}
