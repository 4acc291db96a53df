package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code xen/include/public/io/ring.h}, with entries of 112 bytes, as {@code blkif.h} has them. */
class DescriptorRingTest {

    private static final int ENTRY = 112;
    private static final int SIZE = 32;

    private final MemorySegment page = frame();
    private final DescriptorRing ring = new DescriptorRing(SharedPages.of(page), ENTRY);
    private final MemorySegment entry = MemorySegment.ofArray(new int[ENTRY / Integer.BYTES]);

    @ParameterizedTest
    @CsvSource({"1, 112, 32", "2, 112, 64", "4, 112, 128", "16, 112, 512", "1, 12, 256", "1, 8, 256", "1, 4032, 1"})
    void aRingHasAsManyEntriesAsTheHeaderSays(int pages, int entrySize, int entries) {
        assertEquals(entries, new DescriptorRing(SharedPages.of(frames(pages)), entrySize).size());
    }

    @Test
    void geometryThatCannotBeIsRefused() {
        SharedPages one = SharedPages.of(page);
        assertThrows(IllegalArgumentException.class, () -> new DescriptorRing(one, 4033));
        assertThrows(IllegalArgumentException.class, () -> new DescriptorRing(one, 0));
        assertThrows(IllegalArgumentException.class, () -> new DescriptorRing(one, -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 0x7ffffff0, 0xfffffff0, -1})
    void requestsAndResponsesComeOutAsTheyWentInWhereverTheIndicesStart(int start) throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(start);
        RingBackEnd back = ring.newBackEnd();
        int sent = 0;
        int received = 0;
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 3; i++) {
                put(front, sent++);
            }
            front.publish();
            for (int i = 0; i < 3; i++) {
                assertTrue(back.take(entry));
                int request = number();
                entry.fill((byte) 0);
                answer(back, request + 1000);
            }
            assertFalse(back.take(entry));
            back.publish();
            for (int i = 0; i < 3; i++) {
                assertTrue(front.take(entry));
                assertEquals(1000 + received++, number());
            }
            assertFalse(front.take(entry));
        }
        assertEquals(start + 120, index(DescriptorRing.REQ_PROD));
        assertEquals(start + 120, index(DescriptorRing.RSP_PROD));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xffffffc0, 0x7fffffe0})
    void entriesMayLieAcrossFrames(int start) throws ConnectionFault {
        DescriptorRing wide = new DescriptorRing(SharedPages.of(frames(4)), ENTRY);
        RingFrontEnd front = wide.newFrontEnd(start);
        RingBackEnd back = wide.newBackEnd();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < wide.size(); i++) {
                for (int at = 0; at < ENTRY; at += 4) {
                    entry.set(ValueLayout.JAVA_INT, at, i * 100 + at);
                }
                front.put(entry);
            }
            assertEquals(0, front.room());
            front.publish();
            for (int i = 0; i < wide.size(); i++) {
                assertTrue(back.take(entry));
                for (int at = 0; at < ENTRY; at += 4) {
                    assertEquals(i * 100 + at, entry.get(ValueLayout.JAVA_INT, at));
                }
                answer(back, i);
            }
            back.publish();
            for (int i = 0; i < wide.size(); i++) {
                assertTrue(front.take(entry));
                assertEquals(i, number());
            }
        }
    }

    @Test
    void requestsMayBeAnsweredLaterAndInAnyOrder() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        RingBackEnd back = ring.newBackEnd();
        for (int i = 0; i < SIZE; i++) {
            put(front, i);
        }
        front.publish();
        assertEquals(SIZE, back.available());
        for (int i = 0; i < SIZE; i++) {
            back.take(entry);
        }
        assertEquals(SIZE, back.unanswered());
        assertFalse(back.moreArrived());

        for (int i = SIZE - 1; i >= 0; i--) {
            answer(back, i);
        }
        back.publish();

        for (int i = SIZE - 1; i >= 0; i--) {
            assertTrue(front.take(entry));
            assertEquals(i, number());
        }
        assertEquals(SIZE, front.room());
    }

    @Test
    void aResponseToNoRequestIsOurBug() throws ConnectionFault {
        ring.newFrontEnd();
        RingBackEnd back = ring.newBackEnd();
        assertThrows(IllegalStateException.class, () -> back.answer(entry));
    }

    @Test
    void aFullRingTakesNoRequest() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        RingBackEnd back = ring.newBackEnd();
        for (int i = 0; i < SIZE; i++) {
            put(front, i);
        }
        assertThrows(IllegalStateException.class, () -> front.put(entry));
        front.publish();
        back.take(entry);
        answer(back, 1);
        back.publish();
        assertEquals(0, front.room(), "the response is still in the entry");
        front.take(entry);
        assertEquals(1, front.room());
    }

    @Test
    void anEntryLargerThanTheRingsIsRefused() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        MemorySegment large = MemorySegment.ofArray(new int[ENTRY / Integer.BYTES + 1]);
        assertThrows(IllegalArgumentException.class, () -> front.put(large));
        put(front, 1);
        front.publish();
        RingBackEnd back = ring.newBackEnd();
        assertThrows(IllegalArgumentException.class, () -> back.take(large));
    }

    @Test
    void aBackEndThatComesLaterContinuesBehindTheLastResponse() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(0xfffffffe);
        RingBackEnd first = ring.newBackEnd();
        for (int i = 0; i < 5; i++) {
            put(front, i);
        }
        front.publish();
        first.take(entry);
        answer(first, 0);
        first.publish();

        RingBackEnd second = ring.newBackEnd();
        assertEquals(4, second.available());
        second.take(entry);
        assertEquals(1, number());
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE + 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20})
    void aFrontEndThatRunsAheadIsAFault(int ahead) throws ConnectionFault {
        ring.newFrontEnd(100);
        RingBackEnd back = ring.newBackEnd();
        setIndex(DescriptorRing.REQ_PROD, 100 + ahead);

        assertThrows(ConnectionFault.class, () -> back.take(entry));
        assertThrows(ConnectionFault.class, back::available);
        assertThrows(ConnectionFault.class, back::moreArrived);
        assertThrows(ConnectionFault.class, ring::newBackEnd);
    }

    @Test
    void aFrontEndThatTakesRequestsBackIsAFault() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(0xffffffff);
        RingBackEnd back = ring.newBackEnd();
        put(front, 1);
        put(front, 2);
        front.publish();
        back.take(entry);
        back.take(entry);
        setIndex(DescriptorRing.REQ_PROD, 0);

        ConnectionFault fault = assertThrows(ConnectionFault.class, () -> back.take(entry));
        assertTrue(fault.reason().contains("2 requests in progress behind response 4294967295"), fault.reason());
    }

    @Test
    void aRingWithRequestsInProgressHasRoomForFewer() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        RingBackEnd back = ring.newBackEnd();
        put(front, 1);
        front.publish();
        back.take(entry);
        setIndex(DescriptorRing.REQ_PROD, SIZE);
        assertEquals(SIZE - 1, back.available());
        setIndex(DescriptorRing.REQ_PROD, SIZE + 1);
        assertThrows(ConnectionFault.class, back::available);
        answer(back, 1);
        assertEquals(SIZE, back.available(), "an answered request's entry may be used again");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 99, Integer.MIN_VALUE})
    void aBackEndThatAnswersMoreThanWasAskedIsAFault(int responses) throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        put(front, 1);
        front.publish();
        setIndex(DescriptorRing.RSP_PROD, responses);
        assertThrows(ConnectionFault.class, () -> front.take(entry));
        assertThrows(ConnectionFault.class, front::moreArrived);
    }

    @Test
    void changingOurIndicesInSharedMemoryChangesNothing() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd();
        RingBackEnd back = ring.newBackEnd();
        put(front, 1);
        put(front, 2);
        front.publish();
        back.take(entry);
        setIndex(DescriptorRing.RSP_PROD, 77);
        setIndex(DescriptorRing.REQ_EVENT, 77);
        assertTrue(back.take(entry));
        assertEquals(2, number());
        answer(back, 1);
        back.publish();
        assertEquals(1, index(DescriptorRing.RSP_PROD));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xfffffffe, 0x7ffffffe})
    void aBackEndThatSleepsIsNotifiedOnce(int start) throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(start);
        RingBackEnd back = ring.newBackEnd();
        assertFalse(front.publish(), "nothing was put in");
        put(front, 1);
        assertTrue(front.publish(), "a new ring asks for the first");
        put(front, 2);
        assertFalse(front.publish(), "it was told and has not looked yet");

        assertTrue(back.take(entry));
        assertTrue(back.moreArrived());
        assertTrue(back.take(entry));
        assertFalse(back.moreArrived());
        put(front, 3);
        put(front, 4);
        assertTrue(front.publish());
    }

    @Test
    void aBackEndThatNeedsSeveralRequestsIsNotifiedOfTheLast() throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(0xfffffffe);
        RingBackEnd back = ring.newBackEnd();
        put(front, 1);
        front.publish();
        assertFalse(back.moreArrived(2));
        put(front, 2);
        assertFalse(front.publish());
        put(front, 3);
        assertTrue(front.publish());
        assertTrue(back.moreArrived(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xfffffffe, 0x7ffffffe})
    void aFrontEndThatSleepsIsNotifiedOnce(int start) throws ConnectionFault {
        RingFrontEnd front = ring.newFrontEnd(start);
        RingBackEnd back = ring.newBackEnd();
        for (int i = 0; i < 4; i++) {
            put(front, i);
        }
        front.publish();
        for (int i = 0; i < 4; i++) {
            back.take(entry);
        }
        assertFalse(back.publish(), "nothing was answered");
        answer(back, 0);
        assertTrue(back.publish(), "a new ring asks for the first");
        answer(back, 1);
        assertFalse(back.publish(), "it was told and has not looked yet");
        front.take(entry);
        front.take(entry);
        assertFalse(front.moreArrived());
        answer(back, 2);
        answer(back, 3);
        assertTrue(back.publish());
        assertTrue(front.moreArrived());
    }

    private void put(RingFrontEnd front, int number) {
        entry.fill((byte) number);
        entry.set(ValueLayout.JAVA_INT, 0, number);
        front.put(entry);
    }

    private void answer(RingBackEnd back, int number) {
        entry.set(ValueLayout.JAVA_INT, 0, number);
        back.answer(entry);
    }

    private int number() {
        return entry.get(ValueLayout.JAVA_INT, 0);
    }

    private int index(long offset) {
        return page.get(ValueLayout.JAVA_INT, offset);
    }

    private void setIndex(long offset, int value) {
        page.set(ValueLayout.JAVA_INT, offset, value);
    }

    static MemorySegment frame() {
        return MemorySegment.ofArray(new int[FrameNumber.FRAME_SIZE / Integer.BYTES]);
    }

    static List<MemorySegment> frames(int count) {
        List<MemorySegment> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(frame());
        }
        return frames;
    }
}
