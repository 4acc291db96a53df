package dev.lodge.vmm.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The far side of a {@link WireClient}: encodes requests and decodes what comes back, written from the protocol's text alone.
 * In payloads {@code |} stands for a NUL, as in {@code docs/misc/xenstore.txt}.
 */
final class TestClient {

    /** A message, as {@code READ value} or {@code ERROR ENOENT|}; its payload's bytes are the characters' numbers. */
    record Message(int type, int requestId, int transactionId, String payload) {
        @Override
        public String toString() {
            return (nameOf(type) + " " + payload.replace('\0', '|')).strip();
        }
    }

    private static final String[] NAMES = {
        "CONTROL",
        "DIRECTORY",
        "READ",
        "GET_PERMS",
        "WATCH",
        "UNWATCH",
        "TRANSACTION_START",
        "TRANSACTION_END",
        "INTRODUCE",
        "RELEASE",
        "GET_DOMAIN_PATH",
        "WRITE",
        "MKDIR",
        "RM",
        "SET_PERMS",
        "WATCH_EVENT",
        "ERROR",
        "IS_DOMAIN_INTRODUCED",
        "RESUME",
        "SET_TARGET",
        "RESTRICT",
        "RESET_WATCHES",
        "DIRECTORY_PART"
    };

    final WireClient wire;
    final Deque<Message> events = new ArrayDeque<>();
    private final WireParser parser = new WireParser();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private int requestId = 1000;

    TestClient(WireClient wire) {
        this.wire = wire;
    }

    static int typeOf(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return i;
            }
        }
        return Integer.parseInt(name);
    }

    static String nameOf(int type) {
        return type >= 0 && type < NAMES.length ? NAMES[type] : Integer.toString(type);
    }

    static byte[] encode(int type, int requestId, int transaction, byte[] payload) {
        return ByteBuffer.allocate(16 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(requestId)
                .putInt(transaction)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    static byte[] bytes(String text) {
        return text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends a request and returns its reply; events that come are kept. */
    String ask(String type, int transaction, String payload) {
        return ask(type, transaction, bytes(payload)).toString();
    }

    Message ask(String type, int transaction, byte[] payload) {
        byte[] request = encode(typeOf(type), ++requestId, transaction, payload);
        int taken = parser.accept(request, 0, request.length);
        if (taken != request.length || !parser.isComplete()) {
            throw new AssertionError("the parser took " + taken + " of " + request.length);
        }
        wire.handle(parser);
        parser.next();
        Message reply = receive();
        if (reply == null || reply.requestId() != requestId || reply.transactionId() != transaction) {
            throw new AssertionError("no reply to " + type + " but " + reply);
        }
        return reply;
    }

    /** Takes all output; events are kept, the only reply is returned. */
    @Nullable
    Message receive() {
        buffer.clear();
        wire.drainTo(buffer);
        buffer.flip();
        Message reply = null;
        while (buffer.hasRemaining()) {
            int type = buffer.getInt();
            int id = buffer.getInt();
            int transaction = buffer.getInt();
            byte[] payload = new byte[buffer.getInt()];
            buffer.get(payload);
            Message message = new Message(type, id, transaction, new String(payload, StandardCharsets.ISO_8859_1));
            if (type == 15) {
                events.add(message);
            } else if (reply == null) {
                reply = message;
            } else {
                throw new AssertionError("two replies: " + reply + " and " + message);
            }
        }
        return reply;
    }
}
