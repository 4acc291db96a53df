package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.GuestFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreRingTest {

    private final Store store = new Store();
    private final StoreSession domainZero = store.session(() -> {});
    private final List<String> wakeUps = new ArrayList<>();
    private final WireClient client = store.introduce(1, () -> wakeUps.add("awake"));
    private FakeFrontend guest = new FakeFrontend(0);
    private StoreRing ring = new StoreRing(guest.page, client);

    @BeforeEach
    void giveTheGuestAHome() {
        domainZero.makeDirectory("/local/domain/1/data");
        domainZero.setPermissions("/local/domain/1/data", Permissions.of("n1"));
        wakeUps.clear();
    }

    private void startIndicesAt(int index) {
        guest = new FakeFrontend(index);
        ring = new StoreRing(guest.page, client);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 0x7fffffe0, 0xffffffe0, 0x7ffffc10, 0xfffffc10})
    void requestsAreAnsweredWhereverTheIndicesStart(int index) {
        startIndicesAt(index);
        for (int i = 0; i < 100; i++) {
            guest.request("WRITE", 2 * i, "data/x|value " + i);
            guest.request("READ", 2 * i + 1, "data/x|");
            assertTrue(ring.service());
            assertEquals(List.of(2 * i + " WRITE OK|", 2 * i + 1 + " READ value " + i), guest.messages());
        }
        assertEquals(guest.get(FakeFrontend.REQ_PROD), guest.get(FakeFrontend.REQ_CONS));
    }

    @Test
    void aHeaderIsTakenAtOnceThoughItsBodyIsYetToCome() {
        byte[] message = TestClient.encode(2, 5, 0, TestClient.bytes("data|"));
        guest.send(Arrays.copyOf(message, 16), 0);

        assertFalse(ring.service(), "nothing to tell the guest");
        assertEquals(16, guest.get(FakeFrontend.REQ_CONS), "the guest sees that it must notify for the body");

        guest.send(message, 16);
        assertTrue(ring.service());
        assertEquals(List.of("5 READ "), guest.messages());
    }

    @Test
    void aMessageLongerThanTheRingComesInPieces() {
        byte[] message = TestClient.encode(11, 1, 0, TestClient.bytes("data/x|" + "v".repeat(2000)));
        int sent = 0;
        while (sent < message.length) {
            sent += guest.send(message, sent);
            assertTrue(ring.service(), "it had filled the ring and waits for room, or for its reply");
        }
        assertEquals(List.of("1 WRITE OK|"), guest.messages());
    }

    @Test
    void aReplyLongerThanTheRingIsWrittenAsRoomAllows() {
        String value = "v".repeat(2000);
        domainZero.write("/local/domain/1/data/x", value);
        domainZero.setPermissions("/local/domain/1/data/x", Permissions.of("n1"));
        guest.request("READ", 1, "data/x|");
        assertTrue(ring.service());

        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 200 && messages.isEmpty(); i++) {
            guest.receive(100);
            ring.service();
            messages = i % 10 == 9 ? guest.messages() : messages;
        }
        assertEquals(List.of("1 READ " + value), messages);
    }

    @Test
    void aGuestThatTakesNoRepliesIsNotReadFromForEver() {
        domainZero.write("/local/domain/1/data/x", "v".repeat(900));
        domainZero.setPermissions("/local/domain/1/data/x", Permissions.of("n1"));
        byte[] request = TestClient.encode(2, 1, 0, TestClient.bytes("data/x|"));
        int sent = 0;
        for (int i = 0; i < 1000; i++) {
            sent += guest.send(request, 0) == request.length ? 1 : 0;
            ring.service();
            if (guest.get(FakeFrontend.REQ_PROD) - guest.get(FakeFrontend.REQ_CONS) > 1000) {
                break;
            }
        }
        assertTrue(client.isSaturated());
        assertTrue(sent < 100, "20 replies wait, 40 requests fill the ring");

        int answered = 0;
        for (int i = 0; i < 200; i++) {
            answered += guest.messages().size();
            ring.service();
        }
        assertEquals(sent, answered, "and all are answered in the end");
    }

    @Test
    void eventsComeByThemselves() {
        guest.request("WATCH", 9, "data|token|");
        ring.service();
        assertEquals(List.of("9 WATCH OK|", "0 WATCH_EVENT data|token|"), guest.messages());

        domainZero.write("/local/domain/1/data/x", "v");
        assertEquals(List.of("awake"), wakeUps);
        assertTrue(ring.service());
        assertEquals(List.of("0 WATCH_EVENT data/x|token|"), guest.messages());
        assertFalse(ring.service(), "nothing more");
    }

    @Test
    void aRingFullOfTheSmallestRequestsIsAnsweredInFewCalls() {
        byte[] requests = new byte[1024];
        int length = 0;
        byte[] request = TestClient.encode(0x77, 1, 0, new byte[0]);
        for (int i = 0; i < 64; i++, length += request.length) {
            System.arraycopy(request, 0, requests, length, request.length);
        }
        guest.send(requests, 0);

        int calls = 0;
        int answered = 0;
        while (answered < 64 && calls < 10) {
            ring.service();
            calls++;
            answered += guest.messages().size();
        }
        assertEquals(64, answered);
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void anOverlongMessageBreaksTheConnectionUntilTheGuestReconnects(int length) {
        guest.request("WATCH", 1, "data|token|");
        ring.service();
        guest.messages();
        guest.send(
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(12, length)
                        .array(),
                0);

        assertTrue(ring.service());
        assertTrue(ring.isBroken());
        assertEquals(3, guest.get(FakeFrontend.ERROR), "XENSTORE_ERROR_PROTO");

        guest.request("READ", 2, "data|");
        assertFalse(ring.service());
        domainZero.write("/local/domain/1/data/x", "v");
        assertFalse(ring.service());
        assertEquals(List.of(), guest.messages());

        guest.set(FakeFrontend.CONNECTION, 1);
        assertTrue(ring.service());
        assertEquals(0, guest.get(FakeFrontend.ERROR));
        guest.request("READ", 3, "data|");
        assertTrue(ring.service());
        assertEquals(List.of("3 READ "), guest.messages());
    }

    @Test
    void aRingThatLiesAboutItsRequestsIsAFault() {
        guest.set(FakeFrontend.REQ_PROD, 1025);

        assertThrows(GuestFault.class, ring::service);
        assertTrue(ring.isBroken());
        assertEquals(2, guest.get(FakeFrontend.ERROR), "XENSTORE_ERROR_RINGIDX");
        assertFalse(ring.service());
    }

    @Test
    void aRingThatLiesAboutItsResponsesIsAFault() {
        guest.request("READ", 1, "data|");
        guest.set(FakeFrontend.RSP_CONS, 1);

        assertThrows(GuestFault.class, ring::service);
        assertTrue(ring.isBroken());
    }

    @Test
    void reconnectionIsOfferedAndEmptiesEverything() {
        assertEquals(3, guest.get(FakeFrontend.SERVER_FEATURES));
        startIndicesAt(0xffffff00);
        guest.request("WATCH", 1, "data|token|");
        guest.request("TRANSACTION_START", 2, "|");
        ring.service();
        byte[] half = TestClient.encode(11, 3, 0, TestClient.bytes("data/x|half"));
        guest.send(Arrays.copyOf(half, 20), 0);
        ring.service();
        guest.send(new byte[] {1, 2, 3}, 0);

        guest.set(FakeFrontend.CONNECTION, 1);
        assertTrue(ring.service());

        assertEquals(0, guest.get(FakeFrontend.CONNECTION));
        for (int field = FakeFrontend.REQ_CONS; field <= FakeFrontend.RSP_PROD; field += 4) {
            assertEquals(0, guest.get(field));
        }
        domainZero.write("/local/domain/1/data/x", "v");
        assertFalse(ring.service(), "the watch is gone");
        guest.request("UNWATCH", 4, "data|token|");
        guest.request("TRANSACTION_START", 5, "|");
        ring.service();
        assertEquals(List.of("4 ERROR ENOENT|", "5 TRANSACTION_START 2|"), guest.messages());
    }

    @Test
    void domain0CanHaveARingStartAnew() {
        TestClient tool = new TestClient(store.connectTool(() -> {}));
        guest.request("WATCH", 1, "data|token|");
        ring.service();
        wakeUps.clear();

        assertEquals("INTRODUCE OK|", tool.ask("INTRODUCE", 0, "1|1|1|"));
        assertEquals(List.of("awake"), wakeUps);
        assertTrue(ring.service());
        assertEquals(0, guest.get(FakeFrontend.REQ_CONS));
        assertFalse(ring.service());
    }

    @Test
    void aReleasedDomainIsNotServed() {
        store.release(1);
        guest.request("READ", 1, "data|");

        assertFalse(ring.service());
        assertEquals(0, guest.get(FakeFrontend.REQ_CONS));
    }
}
