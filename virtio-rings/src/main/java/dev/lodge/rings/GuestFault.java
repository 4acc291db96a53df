package dev.lodge.rings;

import java.io.Serial;

/**
 * The guest broke the ABI. Whoever runs the domain crashes it with this message as the reason; other domains go on.
 *
 * <p>It has no stack trace: the reason is the guest's doing, and a guest must not be able to make its monitor work hard.
 */
public final class GuestFault extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A fault.
     *
     * @param reason what the guest did, in plain words, one line
     */
    public GuestFault(String reason) {
        super(reason, null, false, false);
    }
}
