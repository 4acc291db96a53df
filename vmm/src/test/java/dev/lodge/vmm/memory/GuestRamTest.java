package dev.lodge.vmm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.memory.GuestRam.Region;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestRamTest {

    private static final long HIGH = 0x1_0000_0000L;

    private final MemorySegment low = MemorySegment.ofArray(new byte[0x4000]);
    private final MemorySegment next = MemorySegment.ofArray(new byte[0x1000]);
    private final MemorySegment high = MemorySegment.ofArray(new byte[0x2000]);
    private final MemorySegment last = MemorySegment.ofArray(new byte[0x1000]);
    private final GuestRam ram = new GuestRam(
            List.of(new Region(0, low), new Region(0x4000, next), new Region(HIGH, high), new Region(-0x1000, last)));

    @Test
    void anAddressIsFoundInTheRegionThatHoldsIt() {
        assertEquals(low.asSlice(0x123, 4), ram.slice(new GuestAddress(0x123), 4));
        assertEquals(next.asSlice(0, 0x1000), ram.slice(new GuestAddress(0x4000), 0x1000));
        assertEquals(high.asSlice(0x1fff, 1), ram.slice(new GuestAddress(HIGH + 0x1fff), 1));
        assertEquals(last, ram.frame(new FrameNumber(0xf_ffff_ffff_ffffL)));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, 0x4000, true",
        "0x0, 0x4001, false", // into the next region: not contiguous in the host
        "0x3fff, 1, true",
        "0x3fff, 2, false",
        "0x4fff, 2, false", // into the hole
        "0x5000, 1, false",
        "0x100001fff, 1, true",
        "0x100002000, 1, false",
        "0xffffffffffffffff, 1, true",
        "0xffffffffffffffff, 2, false", // wraps
        "0xfffffffffffff000, 0x1000, true",
        "0xfffffffffffff000, 0x5000, false", // wraps into the first region
        "0x0, -1, false",
        "0x3fff, 0x7fffffffffffffff, false",
        "0x1, 0x7fffffffffffffff, false",
        "0x10, -9223372036854775808, false",
        "0x8000000000000000, 1, false",
        "0x10, 0, true",
    })
    void aRangeIsRamIfOneRegionHoldsAllOfIt(String address, String length, boolean isRam) {
        assertEquals(isRam, ram.contains(Long.parseUnsignedLong(address.substring(2), 16), Long.decode(length)));
    }

    @Test
    void whatIsNotRamIsTheGuestsFault() {
        String reason = assertThrows(GuestFault.class, () -> ram.slice(new GuestAddress(0x4fff), 2))
                .getMessage();
        assertEquals("2 bytes at guest-physical 0x4fff are not RAM", reason);
        assertThrows(GuestFault.class, () -> ram.slice(new GuestAddress(0), -1));
        assertThrows(GuestFault.class, () -> ram.frame(new FrameNumber(5)));
        assertThrows(GuestFault.class, () -> ram.frame(new FrameNumber(1L << 52)));
        assertThrows(GuestFault.class, () -> ram.frame(new FrameNumber(-1)));
    }

    @Test
    void aRegionThatIsAddedIsRamFromThenOn() {
        assertFalse(ram.contains(0x8000, 1));
        MemorySegment added = MemorySegment.ofArray(new byte[0x1000]);
        ram.add(new Region(0x8000, added));
        assertEquals(added, ram.slice(new GuestAddress(0x8000), 0x1000));
        assertEquals(low, ram.slice(new GuestAddress(0), 0x4000));
        assertTrue(ram.contains(HIGH, 0x2000));
        assertEquals(0x9000, ram.ramBytes());
    }

    @Test
    void ramIsCountedWithoutItsHoles() {
        assertEquals(0x8000, ram.ramBytes());
    }

    @Test
    void aRegionsNumberStaysGoodWhileOthersAreAdded() {
        int region = ram.region(HIGH + 5, 1);
        ram.add(new Region(0x9000, MemorySegment.ofArray(new byte[0x1000])));
        assertEquals(high, ram.host(region));
        assertEquals(5, ram.offset(region, HIGH + 5));
    }
}
