package dev.lodge.vmm.backend.share.ninep;

import java.io.Serial;

/** A message that is none. Has no stack trace: a client must not make its server work hard. */
final class MalformedRequest extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedRequest() {
        super("a malformed request", null, false, false);
    }
}
