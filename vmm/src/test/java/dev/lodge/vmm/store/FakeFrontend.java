package dev.lodge.vmm.store;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A guest's side of the ring page, written from {@code docs/misc/xenstore-ring.txt} alone. */
final class FakeFrontend {

    static final int REQ_CONS = 2048;
    static final int REQ_PROD = 2052;
    static final int RSP_CONS = 2056;
    static final int RSP_PROD = 2060;
    static final int SERVER_FEATURES = 2064;
    static final int CONNECTION = 2068;
    static final int ERROR = 2072;

    final MemorySegment page = MemorySegment.ofArray(new int[1024]);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    FakeFrontend(int firstIndex) {
        for (int field = REQ_CONS; field <= RSP_PROD; field += 4) {
            set(field, firstIndex);
        }
    }

    int get(int field) {
        return page.get(ValueLayout.JAVA_INT, field);
    }

    void set(int field, int value) {
        page.set(ValueLayout.JAVA_INT, field, value);
    }

    /** Puts in what fits of {@code bytes} from {@code from} on; returns how many bytes that was. */
    int send(byte[] bytes, int from) {
        int produced = get(REQ_PROD);
        int count = Math.min(bytes.length - from, 1024 - (produced - get(REQ_CONS)));
        for (int i = 0; i < count; i++) {
            page.set(ValueLayout.JAVA_BYTE, (produced + i) & 1023, bytes[from + i]);
        }
        set(REQ_PROD, produced + count);
        return count;
    }

    void request(String type, int id, String payload) {
        byte[] message = TestClient.encode(TestClient.typeOf(type), id, 0, TestClient.bytes(payload));
        if (send(message, 0) != message.length) {
            throw new AssertionError("no room for the request");
        }
    }

    /** Takes up to {@code most} bytes of output. */
    int receive(int most) {
        int consumed = get(RSP_CONS);
        int count = Math.min(most, get(RSP_PROD) - consumed);
        for (int i = 0; i < count; i++) {
            received.write(page.get(ValueLayout.JAVA_BYTE, 1024 + ((consumed + i) & 1023)));
        }
        set(RSP_CONS, consumed + count);
        return count;
    }

    /** Takes all output there is, and returns the whole messages so far, as {@code id TYPE payload}. */
    List<String> messages() {
        receive(Integer.MAX_VALUE);
        ByteBuffer bytes = ByteBuffer.wrap(received.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        received.reset();
        List<String> messages = new ArrayList<>();
        while (bytes.remaining() >= 16 && bytes.remaining() >= 16 + bytes.getInt(bytes.position() + 12)) {
            String type = TestClient.nameOf(bytes.getInt());
            int id = bytes.getInt();
            bytes.getInt();
            byte[] payload = new byte[bytes.getInt()];
            bytes.get(payload);
            messages.add(id + " " + type + " " + new String(payload, StandardCharsets.ISO_8859_1).replace('\0', '|'));
        }
        received.write(bytes.array(), bytes.position(), bytes.remaining());
        return messages;
    }
}
