package dev.lodge.vmm.backend.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.event.FakeGuest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleBackendTest {

    private static final int MIB = 1 << 20;

    private final MemorySegment page = FakeGuest.frame();
    private final FakeFrontend front = new FakeFrontend(page);
    private final FakeHost host = new FakeHost();
    private final ConsoleBackend backend = new ConsoleBackend(page, host);
    private final List<Integer> interrupts = new ArrayList<>();
    private final MemorySegment shared = FakeGuest.frame();
    private final EventChannels events = new EventChannels(1, 1, shared, interrupts::add, number -> null);
    private final FakeGuest guest = new FakeGuest(shared, 1);

    @BeforeEach
    void connect() {
        var port = events.connect(events.allocUnbound(0), () -> {});
        assertNotNull(port);
        backend.connect(port);
    }

    @Test
    void whatTheGuestWritesReachesTheHost() {
        front.write("Hello\n");
        backend.move();
        assertEquals("Hello\n", host.taken.toString(StandardCharsets.UTF_8));
        assertEquals(6, front.get(FakeFrontend.OUT_CONS));
        assertTrue(backend.isDrained());
    }

    @Test
    void whatTheHostGivesReachesTheGuestWithAnEvent() {
        host.gives = "ls\n".getBytes(StandardCharsets.UTF_8);
        backend.move();
        assertEquals(1, notifications());
        assertEquals(3, front.read(100));
        assertArrayEquals(host.gives, front.received());
        backend.move();
        assertEquals(0, notifications(), "nothing new");
    }

    @Test
    void aHostThatTakesNothingHoldsUpTheGuestAndLosesNothing() {
        host.takes = 0;
        byte[] text = noise(5_000);
        int written = 0;
        for (int i = 0; i < 5; i++) {
            written += front.write(text, written);
            backend.move();
        }
        assertEquals(4_096, written, "a ring, and as much in the back end");
        assertFalse(backend.isDrained());
        host.takes = 10;
        backend.move();
        assertArrayEquals(java.util.Arrays.copyOf(text, 10), host.taken.toByteArray());
        host.takes = Integer.MAX_VALUE;
        backend.move();
        assertTrue(notifications() > 0, "the guest, which saw a full ring, is told of the room");
        front.write(text, written);
        backend.move();
        assertArrayEquals(text, host.taken.toByteArray());
        assertTrue(backend.isDrained());
    }

    @Test
    void aGuestThatReadsNothingHoldsUpTheHostAndLosesNothing() {
        host.gives = noise(5_000);
        backend.move();
        backend.move();
        assertEquals(1_024, front.get(FakeFrontend.IN_PROD));
        while (front.received().length < 5_000) {
            front.read(100);
            backend.move();
        }
        assertArrayEquals(host.gives, front.received());
    }

    @Test
    void aMebibyteGoesThroughEachWay() {
        host.gives = noise(MIB);
        host.takesAtOnce = 777;
        byte[] output = noise(MIB);
        int written = 0;
        Random random = new Random(1);
        while (written < MIB || front.received().length < MIB || !backend.isDrained()) {
            written += front.write(output, written);
            backend.move();
            front.read(random.nextInt(1_025));
        }
        assertArrayEquals(output, host.taken.toByteArray());
        assertArrayEquals(host.gives, front.received());
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, 4096, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aProducerIndexThatCannotBeLosesTheConsole(int produced) {
        front.set(FakeFrontend.OUT_PROD, produced);
        backend.move();
        assertTrue(backend.isLost());
        assertTrue(backend.isDrained());
        assertEquals(0, host.taken.size());
        assertTrue(host.lost.contains("a ring of 2048 bytes cannot hold"), host.lost);
        front.set(FakeFrontend.OUT_PROD, 1);
        backend.move();
        assertEquals(0, host.taken.size(), "it stays lost");
    }

    @Test
    void aLieThatIsFoundWhenTheLastBytesAreLookedForLosesTheConsoleToo() {
        front.set(FakeFrontend.OUT_PROD, -1);
        assertTrue(backend.isDrained());
        assertTrue(backend.isLost());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1, -1025, Integer.MIN_VALUE})
    void aConsumerIndexThatCannotBeLosesTheConsole(int consumed) {
        host.gives = new byte[] {1};
        front.set(FakeFrontend.IN_CONS, consumed);
        backend.move();
        boolean possible = consumed == -1; // a byte that we never wrote, unread: within what a ring can hold
        assertEquals(!possible, backend.isLost());
    }

    @Test
    void ourOwnIndicesAreNotReadBack() {
        front.write("abc");
        backend.move();
        front.set(FakeFrontend.OUT_CONS, 12345);
        front.set(FakeFrontend.IN_PROD, 54321);
        front.set(FakeFrontend.OUT_PROD, 3);
        host.gives = new byte[] {'x'};
        backend.move();
        assertEquals("abc", host.taken.toString(StandardCharsets.UTF_8));
        assertEquals(1, front.get(FakeFrontend.IN_PROD));
    }

    @ParameterizedTest
    @CsvSource({"0x7fffffff", "-3", "1000"})
    void aConsoleIsTakenUpWhereItsRingStands(String start) {
        int index = Integer.decode(start);
        MemorySegment other = FakeGuest.frame();
        FakeFrontend there = new FakeFrontend(other);
        for (int field = FakeFrontend.IN_CONS; field <= FakeFrontend.OUT_PROD; field += 4) {
            there.set(field, index);
        }
        there.write("what was written before");
        host.gives = "answer".getBytes(StandardCharsets.UTF_8);
        ConsoleBackend late = new ConsoleBackend(other, host);
        assertFalse(late.isDrained());
        late.move();
        assertEquals("what was written before", host.taken.toString(StandardCharsets.UTF_8));
        there.read(100);
        assertArrayEquals(host.gives, there.received());
        assertTrue(late.isDrained());
    }

    private int notifications() {
        return guest.handleUpcall(0).size();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
