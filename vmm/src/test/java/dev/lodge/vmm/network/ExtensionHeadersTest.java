package dev.lodge.vmm.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionHeadersTest {

    private static final int START = 14 + 40;
    private static final int HOP_BY_HOP = 0;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int TCP = 6;

    private final ExtensionHeaders extensions = new ExtensionHeaders();

    private boolean read(int first, byte[] headers) {
        Frame frame = Packets.frame(Packets.ipv6(first, headers));
        return extensions.read(frame, first, START, frame.length());
    }

    /** So many bytes of headers, of which the first says what is next, and its own length. */
    private static byte[] headers(int bytes, int next, int length) {
        byte[] headers = new byte[bytes];
        headers[0] = (byte) next;
        headers[1] = (byte) length;
        return headers;
    }

    private static byte[] fragment(int next, int offset) {
        byte[] header = headers(16, next, 0);
        header[2] = (byte) (offset >>> 5);
        header[3] = (byte) (8 * offset + 1); // more come
        return header;
    }

    @Test
    void aPacketMayHaveNone() {
        assertTrue(read(TCP, new byte[20]));
        assertEquals(TCP, extensions.protocol());
        assertEquals(START, extensions.end());
        assertFalse(extensions.isFragment());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 8", "43, 1, 16", "60, 2, 24", "51, 0, 8", "51, 4, 24"})
    void eachSaysItsLengthAndWhatIsNext(int type, int length, int bytes) {
        assertTrue(read(type, headers(40, TCP, length)));
        assertEquals(TCP, extensions.protocol());
        assertEquals(START + bytes, extensions.end());
    }

    @Test
    void aFirstFragmentGoesOnBehindItsHeader() {
        assertTrue(read(FRAGMENT, fragment(TCP, 0)));
        assertTrue(extensions.isFragment());
        assertEquals(0, extensions.fragmentOffset());
        assertEquals(TCP, extensions.protocol());
        assertEquals(START + 8, extensions.end());
    }

    @Test
    void ofALaterFragmentWhatFollowsIsNoHeader() {
        assertTrue(read(FRAGMENT, fragment(HOP_BY_HOP, 64)));
        assertTrue(extensions.isFragment());
        assertEquals(64, extensions.fragmentOffset());
        assertEquals(HOP_BY_HOP, extensions.protocol());
        assertEquals(START + 8, extensions.end());
    }

    @Test
    void theNextPacketIsReadAnew() {
        read(FRAGMENT, fragment(TCP, 64));
        read(TCP, new byte[20]);
        assertFalse(extensions.isFragment());
        assertEquals(0, extensions.fragmentOffset());
    }

    @ParameterizedTest
    @ValueSource(ints = {HOP_BY_HOP, FRAGMENT, AUTHENTICATION})
    void oneThatIsCutOffHasNoEnd(int type) {
        assertFalse(read(type, new byte[7]));
    }

    @Test
    void oneThatSaysToBeLongerThanThePacketIsNotReadBeyondIt() {
        assertTrue(read(HOP_BY_HOP, headers(8, TCP, 255)));
        assertEquals(START + 2048, extensions.end());
        assertFalse(read(HOP_BY_HOP, headers(8, HOP_BY_HOP, 255)));
    }

    @ParameterizedTest
    @CsvSource({"7, true", "8, false", "100, false"})
    void moreThanAnybodySendsAreNotFollowed(int count, boolean followed) {
        byte[] headers = new byte[8 * count];
        headers[8 * (count - 1)] = TCP;
        assertEquals(followed, read(HOP_BY_HOP, headers));
    }
}
