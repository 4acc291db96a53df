package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GuestAddressTest {

    @Test
    void anAddressLiesInAFrameAtAnOffset() {
        GuestAddress address = new GuestAddress(0xfeffc_123L);

        assertEquals(new FrameNumber(0xfeffc), address.frame());
        assertEquals(0x123, address.offsetInFrame());
        assertEquals(new GuestAddress(0xfeffc_000L), address.frame().address());
        assertEquals("0xfeffc123", address.toString());
    }

    @Test
    void theLastFrameOfTheAddressSpaceHasAnAddress() {
        assertEquals(new GuestAddress(-4096), new FrameNumber((1L << 52) - 1).address());
        assertEquals(new FrameNumber((1L << 52) - 1), FrameNumber.of(new GuestAddress(-1)));
    }

    @Test
    void aFrameBeyondTheAddressSpaceIsAFault() {
        assertThrows(GuestFault.class, () -> new FrameNumber(1L << 52).address());
        assertThrows(GuestFault.class, () -> new FrameNumber(-1).address());
    }
}
