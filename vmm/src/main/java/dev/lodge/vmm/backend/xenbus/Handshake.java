package dev.lodge.vmm.backend.xenbus;

import org.jspecify.annotations.Nullable;

/**
 * What a back end does when it sees its front end's state.
 *
 * <pre>
 *   front end: Initialising -> Initialised -> Connected ... Closing -> Closed -> Initialising ...
 *   back end:  InitWait -----> Connected ------------------ Closing -> Closed -> InitWait ...
 * </pre>
 *
 * <p>A front end may leave out InitWait, and Initialised or Connected, and may close or begin anew at any time: a kernel that
 * was started in the place of another does. A state that comes after none that leads to it is refused.
 *
 * <p>A driver that is unbound from a device it uses goes from Connected to Closed at once. Bound again, Linux's for disks
 * does not say Initialising any more, but takes up a back end that it finds Connected: for such as that, a back end may stay
 * Connected with nothing behind it ({@link BackEnd#staysConnected}), until it is Initialised, or Connected, again.
 */
enum Handshake {
    /** Nothing has changed, or more is to come. */
    STAY,
    /** A front end begins: let go of what is left, and wait for it. */
    WAIT,
    CONNECT,
    /** Tell it that its wish to close was seen. */
    CLOSING,
    /** Let go of everything. */
    CLOSED,
    /** Let go of everything; its driver was taken from it, and may come back. */
    LEFT,
    /** It jumped. */
    REFUSE;

    /**
     * The answer to a state.
     *
     * @param before what the front end's state was, as last seen
     * @param now what it is; null if it is none
     * @param back what the back end's is
     */
    static Handshake answer(XenbusState before, @Nullable XenbusState now, XenbusState back) {
        if (now == null) {
            return REFUSE;
        }
        if (now == before && now != XenbusState.INITIALISING) {
            return STAY;
        }
        return switch (now) {
            case UNKNOWN -> CLOSED;
            case CLOSED -> before == XenbusState.CONNECTED && back == XenbusState.CONNECTED ? LEFT : CLOSED;
            case INITIALISING -> back == XenbusState.INIT_WAIT ? STAY : WAIT;
            case INIT_WAIT -> back == XenbusState.INIT_WAIT ? STAY : REFUSE;
            case INITIALISED ->
                switch (back) {
                    case INIT_WAIT -> CONNECT;
                    case CLOSED, CONNECTED -> before == XenbusState.CLOSED ? CONNECT : REFUSE;
                    case UNKNOWN, INITIALISING, INITIALISED, CLOSING, RECONFIGURING, RECONFIGURED -> REFUSE;
                };
            case CONNECTED ->
                switch (back) {
                    case INIT_WAIT -> CONNECT;
                    case CONNECTED -> before == XenbusState.CLOSED ? CONNECT : STAY;
                    case UNKNOWN, INITIALISING, INITIALISED, CLOSING, CLOSED, RECONFIGURING, RECONFIGURED -> REFUSE;
                };
            case CLOSING -> back == XenbusState.CLOSED ? STAY : CLOSING;
            case RECONFIGURING, RECONFIGURED -> REFUSE;
        };
    }
}
