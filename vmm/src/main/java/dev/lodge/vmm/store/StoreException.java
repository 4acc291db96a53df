package dev.lodge.vmm.store;

import java.io.Serial;

/** xenstore refused a request. */
public final class StoreException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final StoreError error;

    /** For {@link StoreError#exception()} alone: shared, hence without trace. */
    StoreException(StoreError error) {
        super(error.name(), null, false, false);
        this.error = error;
    }

    StoreException(StoreError error, String path) {
        super("xenstore: " + path + ": " + error + ": " + error.explanation());
        this.error = error;
    }

    /** Why. */
    public StoreError error() {
        return error;
    }
}
