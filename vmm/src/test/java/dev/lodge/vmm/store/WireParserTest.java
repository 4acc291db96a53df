package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireParserTest {

    private final WireParser parser = new WireParser();

    @Test
    void aMessageFedByteByByteIsCompleteAtItsLast() {
        byte[] message = TestClient.encode(11, 0xfedcba98, 0x80000001, TestClient.bytes("a|value"));

        for (int i = 0; i < message.length; i++) {
            assertFalse(parser.isComplete());
            assertEquals(i < 16 ? 16 - i : message.length - i, parser.needed());
            assertEquals(1, parser.accept(message, i, 1));
        }

        assertTrue(parser.isComplete());
        assertEquals(11, parser.type());
        assertEquals(0xfedcba98, parser.requestId());
        assertEquals(0x80000001, parser.transactionId());
        assertEquals(7, parser.payloadLength());
        assertEquals("a", parser.string(0, parser.endOfString(0)));
        assertArrayEquals(TestClient.bytes("value"), parser.payload(2));
    }

    @Test
    void nothingOfTheNextMessageIsTaken() {
        byte[] one = TestClient.encode(2, 1, 0, TestClient.bytes("a|"));
        byte[] two = ByteBuffer.allocate(40)
                .put(one)
                .put(TestClient.encode(2, 2, 0, TestClient.bytes("b|")))
                .array();

        assertEquals(18, parser.accept(two, 0, 36));
        assertEquals(0, parser.accept(two, 18, 18));
        assertEquals(1, parser.requestId());
        parser.next();
        assertEquals(18, parser.accept(two, 18, 18));
        assertEquals(2, parser.requestId());
    }

    @Test
    void aMessageMayHaveNoPayload() {
        byte[] message = TestClient.encode(6, 1, 0, new byte[0]);

        assertEquals(16, parser.accept(message, 0, 16));

        assertTrue(parser.isComplete());
        assertEquals(0, parser.strings());
        assertThrows(StoreException.class, () -> parser.endOfString(0));
    }

    @Test
    void theLongestPayloadFits() {
        byte[] message = TestClient.encode(11, 1, 0, new byte[4096]);

        assertEquals(4112, parser.accept(message, 0, message.length));

        assertTrue(parser.isComplete());
        assertEquals(4096, parser.strings());
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, 5000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aLongerOneBreaksTheConnection(int length) {
        byte[] header = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(12, length)
                .array();
        parser.accept(header, 0, 15);

        assertThrows(WireProtocolException.class, () -> {
            parser.accept(header, 15, 1);
            parser.needed();
        });
        assertThrows(WireProtocolException.class, parser::isComplete);
    }

    @Test
    void stringsEndAtTheirNulOrNotAtAll() {
        byte[] message = TestClient.encode(4, 1, 0, TestClient.bytes("path|token|rest"));
        parser.accept(message, 0, message.length);

        assertEquals(2, parser.strings());
        assertEquals(4, parser.endOfString(0));
        assertEquals(10, parser.endOfString(5));
        assertThrows(StoreException.class, () -> parser.endOfString(11));
        assertThrows(StoreException.class, () -> parser.endOfString(99));
    }
}
