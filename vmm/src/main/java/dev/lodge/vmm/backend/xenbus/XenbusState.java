package dev.lodge.vmm.backend.xenbus;

import org.jspecify.annotations.Nullable;

/** How far one end of a device is: {@code enum xenbus_state} of {@code xen/include/public/io/xenbus.h}, in its order. */
public enum XenbusState {
    UNKNOWN("0"),
    INITIALISING("1"),
    INIT_WAIT("2"),
    INITIALISED("3"),
    CONNECTED("4"),
    CLOSING("5"),
    CLOSED("6"),
    RECONFIGURING("7"),
    RECONFIGURED("8");

    private static final XenbusState[] ALL = values();

    private final String text;

    XenbusState(String text) {
        this.text = text;
    }

    /** The state that a {@code state} node tells: {@link #UNKNOWN} where there is no node, null if it tells none. */
    static @Nullable XenbusState of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return UNKNOWN;
        }
        for (XenbusState state : ALL) {
            if (state.text.equals(text)) {
                return state;
            }
        }
        return null;
    }

    /** As a {@code state} node has it. */
    String text() {
        return text;
    }
}
