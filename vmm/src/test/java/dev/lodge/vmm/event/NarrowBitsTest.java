package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.XenErrno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The 2-level ABI of 32-bit guests: 32 words of 32 bits each. */
class NarrowBitsTest {

    private static final int PENDING = 2048;
    private static final int MASK = 2176;
    private static final int SELECTOR = 4;

    private final EventFixture.Side side = new EventFixture().one;
    private final int first = side.events.bindIpi(0);

    NarrowBitsTest() {
        side.events.places().setWidth(GuestWidth.BITS_32, () -> {});
    }

    private int word(int offset) {
        return side.events.places().sharedInfo().get(ValueLayout.JAVA_INT, offset);
    }

    private int bindUpTo(int number) {
        int port = first;
        while (port < number) {
            port = side.events.bindIpi(1);
        }
        return port;
    }

    @Test
    void anEventSetsItsBitItsWordAndTheFlag() {
        int port = bindUpTo(1000);
        side.events.send(port);
        assertEquals(1 << 1000 % 32, word(PENDING + 1000 / 32 * 4));
        assertEquals(1 << 1000 / 32, word(64 + SELECTOR), "of vCPU 1");
        assertEquals(1, word(64));
        assertEquals(0, word(SELECTOR), "of vCPU 0");
        assertEquals(List.of(1), side.interrupts());
    }

    @Test
    void aMaskedPortIsPendingButInterruptsNobodyUntilItIsUnmasked() {
        side.events.places().sharedInfo().set(ValueLayout.JAVA_INT, MASK, 1 << first);
        side.events.send(first);
        assertEquals(List.of(), side.interrupts());
        assertTrue(side.events.isPending(first));
        side.events.unmask(first);
        assertEquals(List.of(0), side.interrupts());
        assertEquals(0, word(MASK));
        assertEquals(1, word(SELECTOR));
    }

    @Test
    void thereAre1024Ports() {
        assertEquals(1023, bindUpTo(1023));
        assertEquals(-XenErrno.ENOSPC, side.events.bindIpi(0));
        assertFalse(side.events.isPort(1024));
    }

    @Test
    void sharedInfoMovesWithAllThatIsPendingAndMaskedAndNoMore() {
        side.events.send(first);
        MemorySegment old = side.events.places().sharedInfo();
        old.set(ValueLayout.JAVA_INT, MASK, 1 << 5);
        MemorySegment place = FakeGuest.frame();
        side.events.places().placeSharedInfo(place, () -> {
            // The guest unmasks in the new place, while the old one is still looked at.
            place.set(ValueLayout.JAVA_INT, MASK, 0);
        });
        assertEquals(1 << first, place.get(ValueLayout.JAVA_INT, PENDING));
        assertEquals(0, place.get(ValueLayout.JAVA_INT, MASK));
    }

    @Test
    void aGuestThatBecomesOneOf64BitsAgainHasItsPortsThere() {
        side.events.places().setWidth(GuestWidth.BITS_64, () -> {});
        assertEquals(GuestWidth.BITS_64, side.events.places().width());
        side.events.send(first);
        assertEquals(List.of(first), side.guest.handleUpcall(0));
        assertTrue(side.events.isPort(1024));
    }
}
