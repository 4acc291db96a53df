package dev.lodge.vmm.store;

import dev.lodge.rings.ByteRing;
import dev.lodge.rings.FrameNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The page that a guest shares with xenstore.
 *
 * <pre>
 *      0  requests, 1024 bytes        2064  server_features
 *   1024  responses, 1024 bytes       2068  connection
 *   2048  req_cons   2052 req_prod    2072  error
 *   2056  rsp_cons   2060 rsp_prod
 * </pre>
 *
 * <p>Source: {@code struct xenstore_domain_interface} of {@code xen/include/public/io/xs_wire.h} and
 * {@code docs/misc/xenstore-ring.txt}.
 */
final class StorePage {

    static final int ERROR_NONE = 0;
    static final int ERROR_RING_INDEX = 2;
    static final int ERROR_PROTOCOL = 3;

    private static final int RING_SIZE = 1024;
    private static final long REQUESTS = 0;
    private static final long RESPONSES = 1024;
    private static final long REQUEST_CONSUMER = 2048;
    private static final long REQUEST_PRODUCER = 2052;
    private static final long RESPONSE_CONSUMER = 2056;
    private static final long RESPONSE_PRODUCER = 2060;
    private static final long SERVER_FEATURES = 2064;
    private static final long CONNECTION = 2068;
    private static final long ERROR = 2072;

    private static final int FEATURE_RECONNECTION = 1;
    private static final int FEATURE_ERROR = 2;
    private static final int CONNECTED = 0;
    private static final int RECONNECT = 1;

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment memory;

    StorePage(MemorySegment memory) {
        this.memory = memory.asSlice(0, FrameNumber.FRAME_SIZE);
    }

    ByteRing requests() {
        return new ByteRing(memory, REQUESTS, RING_SIZE, REQUEST_CONSUMER, REQUEST_PRODUCER);
    }

    ByteRing responses() {
        return new ByteRing(memory, RESPONSES, RING_SIZE, RESPONSE_CONSUMER, RESPONSE_PRODUCER);
    }

    void offerFeatures() {
        WORD.setRelease(memory, ERROR, ERROR_NONE);
        WORD.setRelease(memory, SERVER_FEATURES, FEATURE_RECONNECTION | FEATURE_ERROR);
    }

    boolean reconnectionAsked() {
        return (int) WORD.getAcquire(memory, CONNECTION) == RECONNECT;
    }

    /** Tells the guest that the ring is empty and in use again; the indices must be there before. */
    void confirmConnection() {
        WORD.setRelease(memory, ERROR, ERROR_NONE);
        WORD.setRelease(memory, CONNECTION, CONNECTED);
    }

    void reportError(int error) {
        WORD.setRelease(memory, ERROR, error);
    }
}
