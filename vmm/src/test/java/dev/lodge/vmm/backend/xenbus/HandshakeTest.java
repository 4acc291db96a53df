package dev.lodge.vmm.backend.xenbus;

import static dev.lodge.vmm.backend.xenbus.XenbusState.CLOSED;
import static dev.lodge.vmm.backend.xenbus.XenbusState.CLOSING;
import static dev.lodge.vmm.backend.xenbus.XenbusState.CONNECTED;
import static dev.lodge.vmm.backend.xenbus.XenbusState.INITIALISED;
import static dev.lodge.vmm.backend.xenbus.XenbusState.INITIALISING;
import static dev.lodge.vmm.backend.xenbus.XenbusState.INIT_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every state of the front end, from every other, in each state that a back end has. */
class HandshakeTest {

    private static final EnumSet<XenbusState> BACK_STATES = EnumSet.of(INIT_WAIT, CONNECTED, CLOSING, CLOSED);

    @ParameterizedTest(name = "front end {0} -> {1}, back end {2}: {3}")
    @CsvSource({
        "INITIALISING, INITIALISED, INIT_WAIT, CONNECT",
        "INITIALISING, CONNECTED, INIT_WAIT, CONNECT",
        "INITIALISING, INIT_WAIT, INIT_WAIT, STAY",
        "INIT_WAIT, INITIALISED, INIT_WAIT, CONNECT",
        "INITIALISED, CONNECTED, CONNECTED, STAY",
        "CONNECTED, CLOSING, CONNECTED, CLOSING",
        "CONNECTED, CLOSED, CONNECTED, LEFT",
        "INITIALISED, CLOSED, CONNECTED, CLOSED",
        "CONNECTED, CLOSED, CLOSING, CLOSED",
        "CLOSED, INITIALISED, CONNECTED, CONNECT",
        "CLOSED, CONNECTED, CONNECTED, CONNECT",
        "CLOSED, INITIALISING, CONNECTED, WAIT",
        "INITIALISED, CLOSED, CLOSING, CLOSED",
        "CLOSING, CLOSED, CLOSING, CLOSED",
        "CLOSED, INITIALISING, CLOSED, WAIT",
        "CLOSED, INITIALISED, CLOSED, CONNECT",
        "CONNECTED, INITIALISING, CONNECTED, WAIT",
        "INITIALISED, INITIALISING, CLOSING, WAIT",
        "CONNECTED, UNKNOWN, CONNECTED, CLOSED",
        "CONNECTED, INITIALISED, CONNECTED, REFUSE",
        "CONNECTED, INIT_WAIT, CONNECTED, REFUSE",
        "CLOSED, CONNECTED, CLOSED, REFUSE",
        "CLOSING, CONNECTED, CLOSING, REFUSE",
        "CLOSING, INITIALISED, CLOSING, REFUSE",
        "INITIALISING, INITIALISED, CLOSED, REFUSE",
    })
    void theHandshakeOfLinuxAndItsJumps(XenbusState before, XenbusState now, XenbusState back, Handshake answer) {
        assertEquals(answer, Handshake.answer(before, now, back));
    }

    @Test
    void nothingNewIsNoReasonToDoAnything() {
        for (XenbusState state : XenbusState.values()) {
            for (XenbusState back : BACK_STATES) {
                Handshake expected = state == INITIALISING && back != INIT_WAIT ? Handshake.WAIT : Handshake.STAY;
                assertEquals(expected, Handshake.answer(state, state, back), state + " in " + back);
            }
        }
    }

    @Test
    void onlyAFrontEndThatIsInitialisedOrConnectedIsConnectedAndOnlyOnce() {
        for (XenbusState before : XenbusState.values()) {
            for (XenbusState now : XenbusState.values()) {
                for (XenbusState back : BACK_STATES) {
                    if (Handshake.answer(before, now, back) == Handshake.CONNECT) {
                        assertEquals(true, now == INITIALISED || now == CONNECTED, before + " -> " + now);
                        assertEquals(
                                true,
                                back == INIT_WAIT || before == CLOSED && (back == CLOSED || back == CONNECTED),
                                before + " -> " + now);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RECONFIGURING", "RECONFIGURED"})
    void noDeviceOfOursIsReconfigured(XenbusState state) {
        for (XenbusState back : BACK_STATES) {
            assertEquals(Handshake.REFUSE, Handshake.answer(CONNECTED, state, back));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "-1", "x", "03", "4 ", " ", "44", "\u0661"})
    void whatIsNoStateIsRefused(String text) {
        assertNull(XenbusState.of(text));
        for (XenbusState back : BACK_STATES) {
            assertEquals(Handshake.REFUSE, Handshake.answer(INITIALISING, null, back));
        }
    }

    @Test
    void aStateIsADigit() {
        for (XenbusState state : XenbusState.values()) {
            assertEquals(state, XenbusState.of(state.text()));
        }
        assertEquals("4", CONNECTED.text());
        assertEquals(XenbusState.UNKNOWN, XenbusState.of(null));
        assertEquals(XenbusState.UNKNOWN, XenbusState.of(""));
    }
}
