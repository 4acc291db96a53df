package dev.lodge.rings;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Input;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Both ends of a ring against a peer that changes indices and data between our calls as it likes. Each input is a sequence of
 * the peer's stores and our calls.
 */
public final class ByteRingFuzzer {

    private static final int SIZE = 64;
    private static final int CONSUMER = SIZE;
    private static final int PRODUCER = SIZE + 4;
    private static final int GUARD = SIZE + 8;
    private static final int GUARD_VALUE = 0x5afe5afe;

    private ByteRingFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        MemorySegment memory = MemorySegment.ofArray(new int[SIZE / 4 + 3]);
        memory.set(ValueLayout.JAVA_INT, CONSUMER, input.i32());
        memory.set(ValueLayout.JAVA_INT, PRODUCER, input.i32());
        memory.set(ValueLayout.JAVA_INT, GUARD, GUARD_VALUE);
        ByteRing ring = new ByteRing(memory, 0, SIZE, CONSUMER, PRODUCER);
        ByteRingConsumer consumer = ring.newConsumer();
        ByteRingProducer producer = ring.newProducer();
        while (input.hasMore()) {
            try {
                step(input, memory, consumer, producer);
            } catch (GuestFault fault) {
                require(fault.getMessage() != null, "a fault without a word");
            }
            require(memory.get(ValueLayout.JAVA_INT, GUARD) == GUARD_VALUE, "a write beyond the ring");
        }
    }

    private static void step(Input input, MemorySegment memory, ByteRingConsumer consumer, ByteRingProducer producer) {
        switch (input.u8() % 10) {
            case 0 -> memory.set(ValueLayout.JAVA_INT, CONSUMER, input.i32());
            case 1 -> memory.set(ValueLayout.JAVA_INT, PRODUCER, input.i32());
            case 2 -> add(memory, CONSUMER, input.u8());
            case 3 -> add(memory, PRODUCER, input.u8());
            case 4 -> memory.set(ValueLayout.JAVA_BYTE, input.u8() % SIZE, (byte) input.u8());
            case 5 -> read(input, consumer);
            case 6 -> write(input, memory, producer);
            case 7 -> {
                boolean more = consumer.moreArrived();
                require(more == consumer.available() > 0, "more arrived, but nothing is there");
            }
            case 8 -> {
                consumer.producerMayWait();
                producer.consumerMayWait();
            }
            default -> {
                if (input.u8() % 8 == 0) {
                    consumer.reset();
                    producer.reset();
                    require(consumer.available() == 0 && producer.room() == SIZE, "a reset ring is not empty");
                } else {
                    require(producer.roomAppeared() == producer.room() > 0, "room appeared, but there is none");
                }
            }
        }
    }

    private static void read(Input input, ByteRingConsumer consumer) {
        int available = consumer.available();
        require(available >= 0 && available <= SIZE, "available: " + available);
        byte[] target = new byte[SIZE + 16];
        Arrays.fill(target, (byte) 0x77);
        int offset = input.u8() % 8;
        int asked = input.u8() % (SIZE + 8);
        int count = consumer.read(target, offset, asked);
        require(count == Math.min(available, asked), "read " + count + " of " + available);
        for (int i = 0; i < target.length; i++) {
            require((i >= offset && i < offset + count) || target[i] == 0x77, "a byte beyond what was read");
        }
        require(consumer.available() == available - count, "what was read is still there");
    }

    private static void write(Input input, MemorySegment memory, ByteRingProducer producer) {
        int room = producer.room();
        require(room >= 0 && room <= SIZE, "room: " + room);
        byte[] source = input.bytes(input.u8() % (SIZE + 8));
        int slot = memory.get(ValueLayout.JAVA_INT, PRODUCER);
        int count = producer.write(source, 0, source.length);
        require(count == Math.min(room, source.length), "wrote " + count + " into " + room);
        int index = memory.get(ValueLayout.JAVA_INT, PRODUCER);
        for (int i = 0; i < count; i++) {
            int at = (index - count + i) & (SIZE - 1);
            require(memory.get(ValueLayout.JAVA_BYTE, at) == source[i], "a byte is not where it belongs");
        }
        require(count > 0 || slot == index, "the index moved for nothing");
    }

    private static void add(MemorySegment memory, int at, int delta) {
        memory.set(ValueLayout.JAVA_INT, at, memory.get(ValueLayout.JAVA_INT, at) + (byte) delta);
    }
}
