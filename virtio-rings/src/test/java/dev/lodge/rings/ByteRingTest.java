package dev.lodge.rings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRingTest {

    private static final int SIZE = 16;
    private static final long CONSUMER = SIZE;
    private static final long PRODUCER = SIZE + Integer.BYTES;

    private final MemorySegment memory = MemorySegment.ofArray(new int[SIZE / Integer.BYTES + 2]);

    @Test
    void anEmptyRingGivesNothing() {
        ByteRingConsumer consumer = ringStartingAt(0).newConsumer();

        assertEquals(0, consumer.available());
        assertEquals(0, consumer.read(new byte[4], 0, 4));
        assertFalse(consumer.moreArrived());
        assertEquals(0, index(CONSUMER));
    }

    @Test
    void aFullRingTakesNothing() {
        ByteRing ring = ringStartingAt(0);
        ByteRingProducer producer = ring.newProducer();

        assertEquals(SIZE, producer.write(counting(20, 0), 0, 20));

        assertEquals(0, producer.room());
        assertEquals(0, producer.write(new byte[1], 0, 1));
        assertFalse(producer.roomAppeared());
        assertEquals(SIZE, ring.newConsumer().available());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, Integer.MAX_VALUE - 20, -20, 0x7ffffff3, 0xfffffff3})
    void bytesComeOutAsTheyWentInWhereverTheIndicesStart(int start) {
        ByteRing ring = ringStartingAt(start);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();

        for (int round = 0; round < 40; round++) {
            byte[] sent = counting(11, round);
            byte[] received = new byte[13];
            assertEquals(11, producer.write(sent, 0, 11));
            assertEquals(11, consumer.available());
            assertTrue(consumer.mayHaveMore());
            assertEquals(11, consumer.read(received, 1, 12));
            assertFalse(consumer.mayHaveMore());
            assertArrayEquals(sent, Arrays.copyOfRange(received, 1, 12));
        }

        assertEquals(start + 440, index(CONSUMER));
        assertEquals(start + 440, index(PRODUCER));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 0x7ffffff9, 0xfffffff9})
    void segmentsGoThroughLikeArrays(int start) {
        ByteRing ring = ringStartingAt(start);
        MemorySegment source = MemorySegment.ofArray(counting(14, 7));
        byte[] received = new byte[14];

        assertEquals(14, ring.newProducer().write(source, 0, 14));
        assertEquals(14, ring.newConsumer().read(MemorySegment.ofArray(received), 0, 14));

        assertArrayEquals(counting(14, 7), received);
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE + 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20})
    void aProducerThatRunsAheadIsAFault(int ahead) {
        ByteRingConsumer consumer = ringStartingAt(100).newConsumer();
        setIndex(PRODUCER, 100 + ahead);

        assertThrows(GuestFault.class, consumer::available);
        assertThrows(GuestFault.class, () -> consumer.read(new byte[4], 0, 4));
        assertThrows(GuestFault.class, consumer::moreArrived);
        assertThrows(GuestFault.class, consumer::producerMayWait);
        assertEquals(100, index(CONSUMER));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -SIZE - 1, Integer.MIN_VALUE, Integer.MAX_VALUE, -(1 << 20)})
    void aConsumerThatOvertakesOrLagsTooFarIsAFault(int beyond) {
        ByteRingProducer producer = ringStartingAt(100).newProducer();
        setIndex(CONSUMER, 100 + beyond);

        assertThrows(GuestFault.class, producer::room);
        assertThrows(GuestFault.class, () -> producer.write(new byte[4], 0, 4));
        assertThrows(GuestFault.class, producer::roomAppeared);
        assertThrows(GuestFault.class, producer::consumerMayWait);
        assertEquals(100, index(PRODUCER));
    }

    @Test
    void changingOurIndexInSharedMemoryChangesNothing() {
        ByteRing ring = ringStartingAt(0);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();
        producer.write(counting(6, 0), 0, 6);
        consumer.read(new byte[2], 0, 2);
        setIndex(CONSUMER, 5);

        byte[] received = new byte[4];
        assertEquals(4, consumer.read(received, 0, 4));

        assertArrayEquals(new byte[] {2, 3, 4, 5}, received);
        assertEquals(6, index(CONSUMER));
    }

    @Test
    void aConsumerThatHadCaughtUpIsNotifiedOnce() {
        ByteRing ring = ringStartingAt(0xfffffffe);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();
        assertFalse(producer.consumerMayWait(), "nothing was written");

        producer.write(counting(3, 0), 0, 3);
        assertTrue(producer.consumerMayWait(), "it had read everything");
        producer.write(counting(3, 0), 0, 3);
        assertFalse(producer.consumerMayWait(), "it still has old bytes to read and will look again");

        consumer.read(new byte[6], 0, 6);
        producer.write(counting(1, 0), 0, 1);
        assertTrue(producer.consumerMayWait());
        assertFalse(producer.consumerMayWait());
    }

    @Test
    void aProducerThatSawTheRingFullIsNotifiedOfRoom() {
        ByteRing ring = ringStartingAt(0x7ffffffe);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();

        producer.write(counting(4, 0), 0, 4);
        consumer.read(new byte[4], 0, 4);
        assertFalse(consumer.producerMayWait(), "there always was room");

        producer.write(counting(SIZE, 0), 0, SIZE);
        assertFalse(consumer.producerMayWait(), "no room was given back yet");
        consumer.read(new byte[1], 0, 1);
        assertTrue(consumer.producerMayWait());
        consumer.read(new byte[1], 0, 1);
        assertFalse(consumer.producerMayWait());
    }

    @Test
    void aProducerThatFillsTheRingBehindOurBackIsNotifiedToo() {
        ByteRing ring = ringStartingAt(0);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();
        producer.write(counting(SIZE, 0), 0, SIZE);

        consumer.read(new byte[SIZE], 0, SIZE);
        producer.write(counting(2, 0), 0, 2);

        assertTrue(consumer.producerMayWait());
    }

    @Test
    void aResetEmptiesTheRingForBothSides() {
        ByteRing ring = ringStartingAt(77);
        ByteRingProducer producer = ring.newProducer();
        producer.write(counting(5, 0), 0, 5);
        ByteRingConsumer consumer = ring.newConsumer();

        consumer.reset();
        producer.reset();

        assertEquals(0, index(CONSUMER));
        assertEquals(0, index(PRODUCER));
        assertEquals(0, consumer.available());
        assertEquals(SIZE, producer.room());
    }

    /** The rings of {@code xen_9pfs}: each half of many frames, with indices in a frame of their own. */
    @ParameterizedTest
    @ValueSource(ints = {0, 0x7ffffff9, 0xfffffff9})
    void aRingMayLieOnManyFramesWithItsIndicesElsewhere(int start) {
        setIndex(0, start);
        setIndex(4, start);
        SharedPages pages = SharedPages.of(DescriptorRingTest.frames(4));
        ByteRing ring = new ByteRing(pages, 8192, 8192, memory, 0, 4);
        ByteRingProducer producer = ring.newProducer();
        ByteRingConsumer consumer = ring.newConsumer();
        for (int round = 0; round < 10; round++) {
            byte[] sent = counting(7000, round);
            assertEquals(7000, producer.write(sent, 0, 7000));
            byte[] received = new byte[7000];
            assertEquals(7000, consumer.read(MemorySegment.ofArray(received), 0, 7000));
            assertArrayEquals(sent, received);
        }
        byte[] others = new byte[8192];
        pages.read(0, others, 0, 8192);
        assertArrayEquals(new byte[8192], others);
        assertThrows(IndexOutOfBoundsException.class, () -> new ByteRing(pages, 8196, 8192, memory, 0, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> new ByteRing(pages, 0, 8192, memory, 0, 24));
    }

    @Test
    void geometryThatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ByteRing(memory, 0, 12, CONSUMER, PRODUCER));
        assertThrows(IllegalArgumentException.class, () -> new ByteRing(memory, 0, 0, CONSUMER, PRODUCER));
        assertThrows(IllegalArgumentException.class, () -> new ByteRing(memory, 0, SIZE, CONSUMER + 1, PRODUCER));
        assertThrows(IllegalArgumentException.class, () -> new ByteRing(memory, 0, SIZE, CONSUMER, PRODUCER + 2));
        assertThrows(IndexOutOfBoundsException.class, () -> new ByteRing(memory, 12, SIZE, CONSUMER, PRODUCER));
        assertThrows(IndexOutOfBoundsException.class, () -> new ByteRing(memory, 0, SIZE, 24, PRODUCER));
        assertThrows(IndexOutOfBoundsException.class, () -> new ByteRing(memory, 0, SIZE, CONSUMER, -4));
    }

    private ByteRing ringStartingAt(int index) {
        setIndex(CONSUMER, index);
        setIndex(PRODUCER, index);
        return new ByteRing(memory, 0, SIZE, CONSUMER, PRODUCER);
    }

    private int index(long offset) {
        return memory.get(ValueLayout.JAVA_INT, offset);
    }

    private void setIndex(long offset, int value) {
        memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    private static byte[] counting(int length, int from) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
