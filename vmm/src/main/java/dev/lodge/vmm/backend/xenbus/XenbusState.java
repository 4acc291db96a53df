package dev.lodge.vmm.backend.xenbus;

import org.jspecify.annotations.Nullable;

/** How far one end of a device is: {@code enum xenbus_state} of {@code xen/include/public/io/xenbus.h}, in its order. */
public enum XenbusState {
    UNKNOWN,
    INITIALISING,
    INIT_WAIT,
    INITIALISED,
    CONNECTED,
    CLOSING,
    CLOSED,
    RECONFIGURING,
    RECONFIGURED;

    private static final XenbusState[] ALL = values();

    /** The state that a {@code state} node tells: {@link #UNKNOWN} where there is no node, null if it tells none. */
    static @Nullable XenbusState of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return UNKNOWN;
        }
        int number = text.length() == 1 ? text.charAt(0) - '0' : -1;
        return number >= 0 && number < ALL.length ? ALL[number] : null;
    }

    /** As a {@code state} node has it. */
    String text() {
        return Integer.toString(ordinal());
    }
}
