package dev.lodge.vmm;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A guest cannot be started from what was asked for: the kernel, the initramfs, the command line or the memory will not
 * do. The message is one line for the user: what, why, and what to do about it.
 */
public final class BootException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message what is wrong, why, and what to do, in one line
     */
    public BootException(String message) {
        this(message, null);
    }

    /**
     * A refusal with its cause.
     *
     * @param message what is wrong, why, and what to do, in one line
     * @param cause what the host said, where it said something
     */
    public BootException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
