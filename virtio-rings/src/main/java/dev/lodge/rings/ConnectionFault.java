package dev.lodge.rings;

import java.io.Serial;

/**
 * The other end of a connection between a front and a back end broke its protocol, by what it wrote into a shared ring, or
 * into xenstore. Whoever runs the connection ends it, with this message as the reason; the domain goes on.
 *
 * <p>Checked, so that no back end forgets it. It has no stack trace: the reason is the guest's doing, and a guest must not be
 * able to make its monitor work hard.
 */
public final class ConnectionFault extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * A fault.
     *
     * @param reason what the other end did, in plain words, one line
     */
    public ConnectionFault(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** What the other end did. */
    public String reason() {
        return reason;
    }
}
