package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentDecoderTest {
    private static final String STARTED = "81 0600 0100 00800000";
    private static final String A_WHOLE_RUN =
            STARTED + "82 0300 6f7574" + "83 0300 657272" + "84 0400 00400000" + "82 0000" + "85 0400 07000000";

    private final RecordingListener heard = new RecordingListener();
    private final AgentDecoder decoder = new AgentDecoder(heard);

    @Test
    void tellsARunInOrder() throws AgentProtocolException {
        decoder.accept(bytes(A_WHOLE_RUN));

        assertEquals(List.of("started 32768", "exited 7"), heard.events);
        assertEquals("out", heard.stdoutText());
        assertEquals("err", heard.stderrText());
        assertEquals(32768 + 16384, heard.credit);
        assertTrue(decoder.hasEnded());
    }

    @Test
    void takesFramesInPiecesOfAnySize() throws AgentProtocolException {
        ByteBuffer whole = bytes(A_WHOLE_RUN);
        for (int size = 1; size < whole.limit(); size++) {
            var listener = new RecordingListener();
            var pieces = new AgentDecoder(listener);
            for (int at = 0; at < whole.limit(); at += size) {
                pieces.accept(whole.slice(at, Math.min(size, whole.limit() - at)));
            }
            assertEquals(List.of("started 32768", "exited 7"), listener.events, "in pieces of " + size);
            assertEquals("out", listener.stdoutText(), "in pieces of " + size);
        }
    }

    @Test
    void takesTheLongestFrame() throws AgentProtocolException {
        decoder.accept(bytes(STARTED));
        decoder.accept(ByteBuffer.allocate(3 + AgentFrames.MAX_PAYLOAD_BYTES)
                .put(bytes("82 0040"))
                .rewind());

        assertEquals(AgentFrames.MAX_PAYLOAD_BYTES, heard.stdout.size());
    }

    @ParameterizedTest
    @CsvSource({
        "86 0a00 02000000 6e6f20636d64, exec failed 2 no cmd",
        "86 0400 0d000000, 'exec failed 13 '",
        "87 0300 6e6f21, failed no!",
        "87 0000, 'failed '",
    })
    void tellsOfAFailureBeforeTheStart(String frame, String event) throws AgentProtocolException {
        decoder.accept(bytes(frame));

        assertEquals(List.of(event), heard.events);
        assertTrue(decoder.hasEnded());
    }

    @Test
    void tellsOfAFailureAfterTheStart() throws AgentProtocolException {
        decoder.accept(bytes(STARTED + "87 0300 6e6f21"));

        assertEquals("failed no!", heard.lastEvent());
    }

    @Test
    void keepsTheGuestsTextFromSteeringATerminal() throws AgentProtocolException {
        decoder.accept(bytes("87 0800 1b5b324a 0a c29b ff"));

        assertEquals("failed ?[2J???", heard.lastEvent().replace('\ufffd', '?'));
    }

    @Test
    void saysWhetherTheAgentHasEnded() throws AgentProtocolException {
        decoder.accept(bytes(STARTED));

        assertFalse(decoder.hasEnded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 0000", // no type
                "01 0100 41", // the host's own STDIN
                "80 0000",
                "88 0000",
                "ff 0000",
                "82 0100 41", // output before the start
                "84 0400 01000000", // credit before the start
                "85 0400 00000000", // an exit before the start
                "81 0500 0100 008000", // a start too short
                "81 0700 0100 00800000 00", // and too long
                "81 0600 0200 00800000", // of another version
                "81 0600 0000 00800000",
                "81 0600 0100 00000080", // with a negative credit
                STARTED + STARTED,
                STARTED + "86 0400 02000000", // not executed after all
                STARTED + "82 0140", // a payload of 16385 bytes
                STARTED + "82 ffff",
                STARTED + "84 0300 010000",
                STARTED + "84 0400 ffffffff",
                STARTED + "85 0300 000000",
                STARTED + "85 0500 0000000000",
                STARTED + "85 0400 00010000", // status 256
                STARTED + "85 0400 ffffffff",
                STARTED + "85 0400 00000000 82", // a byte after the end
                "86 0300 020000",
                "87 0000 87 0000",
            })
    void refusesWhatNoAgentSends(String hex) {
        assertThrows(AgentProtocolException.class, () -> decoder.accept(bytes(hex)));
        assertFalse(decoder.hasEnded());
        assertThrows(
                AgentProtocolException.class, () -> decoder.accept(bytes("87 0000")), "once broken, always broken");
    }

    @Test
    void refusesATooLongFrameByItsHeaderAlone() {
        var thrown = assertThrows(AgentProtocolException.class, () -> decoder.accept(bytes("82 0140")));

        assertEquals("the agent's frame of type 0x82 of 16385 bytes is too long", thrown.getMessage());
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
