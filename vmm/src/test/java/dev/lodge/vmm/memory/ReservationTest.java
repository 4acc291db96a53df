package dev.lodge.vmm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationTest {

    private static final long HIGH = 0x10_0000;

    private final List<String> discarded = new ArrayList<>();
    private final Reservation reservation = new Reservation(
            new Reservation.Range[] {
                new Reservation.Range(0, 0xa0),
                new Reservation.Range(0x100, 0x1000),
                new Reservation.Range(HIGH, HIGH + 0x1000)
            },
            HIGH + 0xfff,
            0x2000,
            (address, bytes) -> discarded.add(Long.toHexString(address) + "+" + Long.toHexString(bytes)));

    private int decrease(int order, long... extents) {
        return reservation.decrease(list(extents), extents.length, order);
    }

    private int populate(int order, long... extents) {
        return reservation.populate(list(extents), extents.length, order);
    }

    private static MemorySegment list(long... extents) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, extents);
    }

    @Test
    void whatIsGivenBackIsFreedAndCounted() {
        assertEquals(2, decrease(0, 0x200, 0x400));
        assertEquals(List.of("200000+1000", "400000+1000"), discarded);
        assertEquals(0x1ffe, reservation.current());
        assertFalse(reservation.has(0x200));
        assertTrue(reservation.has(0x201));
    }

    @Test
    void neighboursAreFreedTogetherWhicheverWayTheyCome() {
        assertEquals(7, decrease(0, 0x200, 0x201, 0x202, 0x305, 0x304, 0x303, 0x9f));
        assertEquals(List.of("200000+3000", "303000+3000", "9f000+1000"), discarded);
        discarded.clear();
        assertEquals(2, decrease(9, HIGH, HIGH + 512));
        assertEquals(List.of("100000000+400000"), discarded);
    }

    @Test
    void whatWasGivenBackCanBeHadAgainAndNoMore() {
        decrease(0, 0x200, 0x201);
        assertEquals(1, populate(0, 0x200, 0x202, 0x201), "0x202 is there");
        assertTrue(reservation.has(0x200));
        assertEquals(1, populate(0, 0x201));
        assertEquals(0x2000, reservation.current());
        assertEquals(0, populate(0, 0x201));
    }

    @ParameterizedTest
    @ValueSource(longs = {0xa0, 0xff, 0x1000, HIGH - 1, HIGH + 0x1000, -1, 1L << 52, Long.MIN_VALUE, Long.MAX_VALUE})
    void whatIsNoRamIsNeitherGivenBackNorHad(long frame) {
        assertEquals(1, decrease(0, 0x200, frame, 0x300));
        assertEquals(0, populate(0, frame));
        assertFalse(reservation.has(frame));
        assertFalse(reservation.remove(frame));
        assertTrue(reservation.has(0x300));
        assertEquals(List.of("200000+1000"), discarded);
    }

    @Test
    void anExtentThatEndsOutsideIsGivenBackUpToThere() {
        assertEquals(0, decrease(9, 0x1000 - 256));
        assertEquals(List.of("f00000+100000"), discarded);
        assertEquals(0x2000 - 256, reservation.current());
    }

    @Test
    void anExtentIsHadAsAWholeOrNotAtAll() {
        decrease(0, 0x200, 0x201, 0x202);
        assertEquals(0, populate(2, 0x200));
        assertFalse(reservation.has(0x200));
        decrease(0, 0x203);
        assertEquals(1, populate(2, 0x200));
        assertTrue(reservation.has(0x203));
    }

    @Test
    void twiceGivenBackIsAnErrorTheSecondTime() {
        assertEquals(1, decrease(0, 0x200, 0x200));
        assertEquals(0x1fff, reservation.current());
    }

    @Test
    void whatIsMappedByOthersIsGoneForTheGuestButNotFreed() {
        reservation.pinnedBy(frame -> frame == 0x201);
        assertEquals(3, decrease(0, 0x200, 0x201, 0x202));
        assertEquals(List.of("200000+1000", "202000+1000"), discarded);
        assertFalse(reservation.has(0x201));
        assertEquals(0x1ffd, reservation.current());
    }

    @Test
    void increasingCountsWhatTheMaximumAllows() {
        assertEquals(0, reservation.increase(1, 0));
        decrease(3, 0x200);
        assertEquals(2, reservation.increase(5, 2));
        assertEquals(0x2000, reservation.current());
        assertEquals(0, populate(0, 0x200), "the maximum is reached");
    }

    @Test
    void aRemovedFrameStillCounts() {
        assertTrue(reservation.remove(0x200));
        assertFalse(reservation.remove(0x200));
        assertEquals(0x2000, reservation.current());
        assertEquals(List.of("200000+1000"), discarded);
    }

    @Test
    void aFrameMovesWithItsBytes() {
        MemorySegment ram = Arena.ofAuto().allocate(0x1000_000, 4096);
        GuestRam memory = new GuestRam(List.of(new GuestRam.Region(0, ram)));
        ram.set(ValueLayout.JAVA_INT, 0x20_0000, 42);

        assertTrue(reservation.move(memory, 0x200, 0x300));
        assertEquals(42, ram.get(ValueLayout.JAVA_INT, 0x30_0000));
        assertEquals(0x1fff, reservation.current(), "the one that was there is freed");
        assertFalse(reservation.has(0x200));
        assertTrue(reservation.move(memory, 0x300, 0x200), "to where none is");
        assertEquals(0x1fff, reservation.current());
        assertFalse(reservation.move(memory, 0x300, 0x400), "not what is not there");
        assertFalse(reservation.move(memory, 0x200, 0xa0), "not to where there is no RAM");
        reservation.pinnedBy(frame -> true);
        assertFalse(reservation.move(memory, 0x200, 0x300), "not what others have mapped");
    }
}
