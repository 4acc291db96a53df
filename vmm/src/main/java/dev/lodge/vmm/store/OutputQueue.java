package dev.lodge.vmm.store;

import dev.lodge.rings.ByteRingProducer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Replies and events for one client, encoded and in order, until it takes them. Guarded by the store's lock.
 *
 * <pre>
 *   | taken | first message, perhaps half taken | ... | last message | free |
 *           first         position                                  end
 * </pre>
 */
final class OutputQueue {

    private static final int SMALL = 1024;
    private static final int LARGE = 16 * SMALL;
    private static final int LENGTH = 12;

    private byte[] bytes = new byte[SMALL];
    private int first;
    private int position;
    private int end;
    private int replies;
    private int events;

    int replies() {
        return replies;
    }

    int events() {
        return events;
    }

    /** Bytes not yet taken. */
    int size() {
        return end - position;
    }

    boolean isEmpty() {
        return position == end;
    }

    void clear() {
        first = position = end = replies = events = 0;
    }

    void reply(int type, int requestId, int transactionId, byte[] payload) {
        header(type, requestId, transactionId, payload.length);
        append(payload, payload.length);
        replies++;
    }

    /** Adds an event, unless the same one waits already; returns whether it was added. */
    boolean event(String path, String token) {
        int length = path.length() + token.length() + 2;
        makeRoom(WireParser.HEADER_SIZE + length); // which moves all that waits
        int start = end;
        header(Operation.WATCH_EVENT, 0, 0, length);
        append(path);
        append(token);
        if (path.charAt(0) != '@' && waitsAlready(start, length)) {
            end = start;
            return false;
        }
        events++;
        return true;
    }

    private boolean waitsAlready(int event, int length) {
        int payload = event + WireParser.HEADER_SIZE;
        int at = first;
        while (at < event) {
            int other = at + WireParser.HEADER_SIZE;
            int otherLength = integerAt(at + LENGTH);
            if (otherLength == length
                    && integerAt(at) == Operation.WATCH_EVENT
                    && Arrays.equals(bytes, payload, payload + length, bytes, other, other + length)) {
                return true;
            }
            at = other + otherLength;
        }
        return false;
    }

    /** Writes what fits into a ring; returns whether anything did. */
    boolean drainTo(ByteRingProducer ring) {
        if (isEmpty()) {
            return false;
        }
        int count = ring.write(bytes, position, end - position);
        advance(count);
        return count > 0;
    }

    /** Writes what fits into a buffer; returns whether anything did. */
    boolean drainTo(ByteBuffer buffer) {
        int count = Math.min(buffer.remaining(), end - position);
        buffer.put(bytes, position, count);
        advance(count);
        return count > 0;
    }

    private void advance(int count) {
        position += count;
        while (first < position) {
            int next = first + WireParser.HEADER_SIZE + integerAt(first + LENGTH);
            if (next > position) {
                return;
            }
            if (integerAt(first) == Operation.WATCH_EVENT) {
                events--;
            } else {
                replies--;
            }
            first = next;
        }
        if (first == end) {
            clear();
            if (bytes.length > LARGE) {
                bytes = new byte[SMALL];
            }
        }
    }

    private void header(int type, int requestId, int transactionId, int length) {
        makeRoom(WireParser.HEADER_SIZE + length);
        append(type);
        append(requestId);
        append(transactionId);
        append(length);
    }

    private void makeRoom(int more) {
        if (bytes.length - end >= more) {
            return;
        }
        int kept = end - first;
        byte[] target = kept + more <= bytes.length ? bytes : new byte[Math.max(2 * bytes.length, kept + more)];
        System.arraycopy(bytes, first, target, 0, kept);
        position -= first;
        end = kept;
        first = 0;
        bytes = target;
    }

    private void append(int value) {
        bytes[end++] = (byte) value;
        bytes[end++] = (byte) (value >> 8);
        bytes[end++] = (byte) (value >> 16);
        bytes[end++] = (byte) (value >> 24);
    }

    private void append(String string) {
        for (int i = 0; i < string.length(); i++) {
            bytes[end++] = (byte) string.charAt(i);
        }
        bytes[end++] = 0;
    }

    private void append(byte[] source, int length) {
        System.arraycopy(source, 0, bytes, end, length);
        end += length;
    }

    private int integerAt(int offset) {
        return (bytes[offset] & 0xff)
                | (bytes[offset + 1] & 0xff) << 8
                | (bytes[offset + 2] & 0xff) << 16
                | bytes[offset + 3] << 24;
    }
}
