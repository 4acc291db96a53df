package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentFramesTest {
    @Test
    void codesWhatTheHostSends() {
        assertEquals("010200" + "6263", hex(AgentFrames.stdin(new byte[] {'a', 'b', 'c'}, 1, 2)));
        assertEquals("020000", hex(AgentFrames.stdinEof()));
        assertEquals("030400" + "1800" + "ffff", hex(AgentFrames.windowSize(new TerminalSize(24, 65535))));
        assertEquals("040100" + "0f", hex(AgentFrames.signal(15)));
    }

    @Test
    void putsTheHeaderBeforeDataInPlace() {
        byte[] frame = new byte[AgentFrames.HEADER_BYTES + AgentFrames.MAX_PAYLOAD_BYTES];
        frame[3] = 'x';

        assertEquals(frame.length, AgentFrames.putStdinHeader(frame, AgentFrames.MAX_PAYLOAD_BYTES));
        assertArrayEquals(new byte[] {1, 0, 0x40, 'x'}, Arrays.copyOf(frame, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 16385, Integer.MAX_VALUE})
    void refusesStandardInputOfALengthNoFrameHas(int length) {
        assertThrows(IllegalArgumentException.class, () -> AgentFrames.putStdinHeader(new byte[20000], length));
    }

    @Test
    void refusesAnArrayTooShortForItsHeader() {
        assertThrows(IllegalArgumentException.class, () -> AgentFrames.putStdinHeader(new byte[12], 10));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65, 256 + 9})
    void refusesANumberThatIsNoSignal(int number) {
        assertThrows(IllegalArgumentException.class, () -> AgentFrames.signal(number));
    }

    @Test
    void refusesAWindowThatDoesNotFitItsFrame() {
        assertThrows(IllegalArgumentException.class, () -> new TerminalSize(65536, 80));
        assertThrows(IllegalArgumentException.class, () -> new TerminalSize(24, -1));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
