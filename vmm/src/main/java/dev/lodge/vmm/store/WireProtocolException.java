package dev.lodge.vmm.store;

import java.io.Serial;

/** A client's byte stream cannot be split into messages any more: its connection is of no use. */
public final class WireProtocolException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    WireProtocolException(String reason) {
        super(reason, null, false, false);
    }
}
