package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class Lz4LegacyDecoderTest {

    @Test
    void aMatchMayRepeatWhatItMakes() throws IOException {
        // "ab", then 8 bytes from 2 back, then "c"
        assertEquals("ababababab" + "c", decode(0x24, 'a', 'b', 2, 0, 0x10, 'c'));
    }

    @Test
    void aMatchMayCopyFromFurtherBack() throws IOException {
        assertEquals("abcdefabcdx", decode(0x60, 'a', 'b', 'c', 'd', 'e', 'f', 6, 0, 0x10, 'x'));
    }

    @Test
    void lengthsGoOnWhileBytesAre255() throws IOException {
        String text = decode(0x1f, 'a', 1, 0, 0xff, 0x01, 0x10, 'b');
        assertEquals("a".repeat(1 + 15 + 255 + 1 + 4) + "b", text);
    }

    @Test
    void damagedBlocksAreRefused() {
        assertRefused(0x20, 'a');
        assertRefused(0x10, 'a', 0, 0);
        assertRefused(0x10, 'a', 2, 0);
        assertRefused(0x10, 'a', 1);
        assertRefused(0xf0);
        assertRefused(0xf0, 0xff, 0xff);
        assertRefused(0x1f, 'a', 1, 0, 0xff);
    }

    @Test
    void aBlockLongerThanItsFrameIsRefused() {
        byte[] frame = BzImageBuilder.lz4Frame(new byte[] {0x10, 'a'});
        for (int size : new int[] {3, 0x7fff_ffff, -1}) {
            ByteBuffer longer = ByteBuffer.wrap(frame.clone()).order(ByteOrder.LITTLE_ENDIAN);
            longer.putInt(4, size);
            assertThrows(IOException.class, () -> Lz4LegacyDecoder.decode(longer, ByteBuffer.allocate(100)));
        }
        ByteBuffer cut = ByteBuffer.wrap(frame, 0, 6).slice().order(ByteOrder.LITTLE_ENDIAN);
        assertThrows(IOException.class, () -> Lz4LegacyDecoder.decode(cut, ByteBuffer.allocate(100)));
    }

    @Test
    void aBlockThatGrowsBeyond8MibIsRefused() {
        byte[] block = new byte[40_000];
        block[0] = 0x1f;
        block[1] = 'a';
        block[2] = 1;
        for (int i = 4; i < block.length - 1; i++) {
            block[i] = -1;
        }
        byte[] frame = BzImageBuilder.lz4Frame(block);
        assertThrows(
                IOException.class,
                () -> Lz4LegacyDecoder.decode(
                        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN), ByteBuffer.allocate(16 << 20)));
    }

    private static void assertRefused(int... block) {
        assertThrows(IOException.class, () -> decode(block));
    }

    private static String decode(int... block) throws IOException {
        byte[] bytes = new byte[block.length];
        for (int i = 0; i < block.length; i++) {
            bytes[i] = (byte) block[i];
        }
        ByteBuffer target = ByteBuffer.allocate(1000);
        ByteBuffer frame = ByteBuffer.wrap(BzImageBuilder.lz4Frame(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        Lz4LegacyDecoder.decode(frame, target);
        return new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
    }
}
