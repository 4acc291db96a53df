package dev.lodge.vmm.backend.xenbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.LinuxException;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.SharedPages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of {@code xen/include/public/io/xenbus.h}, against a front end written after Linux's. */
class XenbusDeviceTest {

    private static final int RING = 9;

    private final FakeGuestSide guest = new FakeGuestSide("toy", 3);
    private final Toy toy = new Toy();
    private final XenbusDevice device = create();

    /** A device with a ring of one to four frames and an event channel. */
    private static final class Toy implements BackEnd {
        final List<String> calls = new ArrayList<>();
        final Semaphore worked = new Semaphore(0);

        @Nullable
        RuntimeException refusal;

        @Nullable
        ConnectionFault fault;

        @Nullable
        FrontEnd front;

        @Nullable
        SharedPages ring;

        @Override
        public String kind() {
            return "toy";
        }

        @Override
        public int number() {
            return 3;
        }

        @Override
        public void describe(Nodes back, Nodes front) {
            back.put("colour", "red");
            front.put("size", 17);
        }

        @Override
        public Connection connect(FrontEnd frontEnd) throws ConnectionFault {
            front = frontEnd;
            int order = (int) frontEnd.number("ring-page-order", 0, 2, 0);
            ring = frontEnd.ring("ring-ref", order);
            frontEnd.port("event-channel", this::work);
            if (frontEnd.has("feature-refuse")) {
                throw new ConnectionFault("it asks for it");
            }
            if (refusal != null) {
                throw refusal;
            }
            calls.add("connect " + order);
            return new Connection() {
                @Override
                public void start() {
                    calls.add("start");
                }

                @Override
                public void close() {
                    calls.add("close");
                }
            };
        }

        @Override
        public void close() {
            calls.add("gone");
        }

        private void work() throws ConnectionFault {
            worked.release();
            if (fault != null) {
                throw fault;
            }
        }
    }

    private XenbusDevice create() {
        guest.grant(RING, 0x81);
        XenbusDevice created = new XenbusDevice(guest.host(), toy);
        guest.store.dispatch();
        return created;
    }

    @AfterEach
    void close() {
        guest.close();
        assertEquals(List.of(), guest.failures);
    }

    @Test
    void theNodesAreThoseThatXensToolsWrite() {
        assertEquals("2", guest.backState());
        assertEquals(guest.front, guest.back("frontend"));
        assertEquals("1", guest.back("frontend-id"));
        assertEquals("1", guest.back("online"));
        assertEquals("red", guest.back("colour"));
        assertEquals(guest.back, guest.store.read(guest.front + "/backend"));
        assertEquals("0", guest.store.read(guest.front + "/backend-id"));
        assertEquals("1", guest.store.read(guest.front + "/state"));
        assertEquals("17", guest.store.read(guest.front + "/size"));
        for (String node : new String[] {"", "/backend", "/backend-id", "/state", "/size"}) {
            assertEquals("n1,r0", String.valueOf(guest.store.permissions(guest.front + node)), node);
        }
        for (String node : new String[] {"", "/frontend", "/frontend-id", "/online", "/state", "/colour"}) {
            assertEquals("n0,r1", String.valueOf(guest.store.permissions(guest.back + node)), node);
        }
        assertEquals("n0,r1", String.valueOf(guest.store.permissions("/local/domain/1/device/toy")));
    }

    @Test
    void aFrontEndThatIsInitialisedIsConnected() {
        int port = initialise();
        assertEquals("4", guest.backState());
        assertEquals(List.of("connect 0", "start"), toy.calls);
        assertTrue(guest.isGrantInUse(RING));
        assertFalse(guest.isUnbound(port));
        assertTrue(device.isConnected());
        guest.setState(4);
        assertEquals(2, toy.calls.size());
    }

    @Test
    void aFrontEndThatClosesLetsGoOfEverythingAndMayComeAgain() {
        for (int round = 0; round < 100; round++) {
            int port = initialise();
            guest.setState(4);
            guest.setState(5);
            assertEquals("5", guest.backState());
            assertTrue(device.isConnected());
            guest.setState(6);
            assertEquals("6", guest.backState());
            assertTrue(guest.isUnbound(port));
            assertFalse(guest.isGrantInUse(RING));
            guest.domain.events().close(port);
            guest.setState(1);
            assertEquals("2", guest.backState());
        }
        assertEquals(300, toy.calls.size());
        assertEquals("close", toy.calls.getLast());
    }

    @Test
    void aKernelThatWasStartedInThePlaceOfAnotherIsConnectedAnew() {
        int old = initialise();
        guest.setState(1);
        assertEquals("2", guest.backState());
        assertTrue(guest.isUnbound(old));
        initialise();
        assertEquals("4", guest.backState());
        assertEquals(List.of("connect 0", "start", "close", "connect 0", "start"), toy.calls);
    }

    @Test
    void aFrontEndThatIsTakenAwayByItsGuestIsClosed() {
        initialise();
        guest.store.remove(guest.front);
        guest.store.dispatch();
        assertEquals("6", guest.backState());
        assertFalse(guest.isGrantInUse(RING));
    }

    @Test
    void aRingMayHaveSeveralFrames() {
        for (int i = 0; i < 4; i++) {
            guest.grant(20 + i, 0x90 + i);
            guest.write("ring-ref" + i, 20 + i);
        }
        guest.write("ring-page-order", 2);
        guest.write("event-channel", guest.unboundPort());
        guest.setState(3);
        assertEquals(List.of("connect 2", "start"), toy.calls);
        SharedPages ring = toy.ring;
        assertNotNull(ring);
        assertEquals(4 * 4096, ring.byteSize());
        ring.write(4095, new byte[] {1, 2}, 0, 2);
        assertEquals(2, guest.frame(0x91).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
        assertTrue(guest.isGrantInUse(23));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "7", "8", "9", "33", "-1", "x", "03", "4 "})
    void aFrontEndThatJumpsIsRefusedAndToldWhy(String state) {
        initialise();
        guest.setState(4);
        guest.setState(state);
        if (state.equals("0")) {
            assertEquals("6", guest.backState());
        } else {
            assertEquals("5", guest.backState());
            assertTrue(String.valueOf(guest.back("error")).contains("its state is '" + state + "' after CONNECTED"));
        }
        assertFalse(guest.isGrantInUse(RING));
        mayBeginAnew();
        assertNull(guest.back("error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "+1", "0", "99", "4096", "2147483648", "99999999999999999999", "1 ", "0x1"})
    void aPortThatDoesNotWaitForDomain0IsNotConnected(String port) {
        guest.write("ring-ref", RING);
        guest.write("event-channel", port);
        guest.setState(3);
        refused("event-channel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "10", "600", "999999999", "4294967295", "4294967296", "9,", "\u0669"})
    void aRingThatIsNotGrantedIsNotConnected(String ref) {
        int port = guest.unboundPort();
        guest.write("ring-ref", ref);
        guest.write("event-channel", port);
        guest.setState(3);
        refused("ring-ref");
        assertTrue(guest.isUnbound(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "-1", "31", "4294967296", "one"})
    void aRingOfTooManyFramesIsNotConnected(String order) {
        guest.write("ring-page-order", order);
        guest.setState(3);
        refused("ring-page-order");
    }

    @Test
    void aRingWithAFrameThatIsNotGrantedGivesTheOthersBack() {
        guest.write("ring-page-order", 1);
        guest.write("ring-ref0", RING);
        guest.write("ring-ref1", 500);
        guest.setState(3);
        refused("ring-ref1");
    }

    @Test
    void aFrontEndWithoutRingOrPortIsNotConnected() {
        guest.setState(3);
        refused("ring-ref0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "yes", ""})
    void aBackEndMayRefuse(String flag) {
        guest.write("feature-refuse", flag);
        int port = initialise();
        refused(flag.equals("1") ? "it asks for it" : "feature-refuse");
        assertTrue(guest.isUnbound(port));
    }

    @Test
    void whatTheHostRefusesEndsTheConnectionOnly() {
        toy.refusal = new LinuxException("open disk", 5);
        initialise();
        refused("open disk");
        toy.refusal = new GuestFault("grant 7 is not there");
        guest.setState(1);
        initialise();
        refused("grant 7");
    }

    @Test
    void anErrorNodeHoldsNoControlCharacters() {
        guest.write("ring-ref", "\u0007\n\u00e4" + "x".repeat(100));
        guest.setState(3);
        String error = String.valueOf(guest.back("error"));
        assertTrue(error.contains("'???"), error);
        assertTrue(error.length() < 120, error);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aRingBellsFaultEndsTheConnection() throws InterruptedException {
        int port = initialise();
        guest.loop.start();
        guest.domain.events().send(port);
        toy.worked.acquire();
        assertEquals("4", guest.backState());
        toy.fault = new ConnectionFault("it lies");
        guest.domain.events().send(port);
        while (!"5".equals(guest.backState())) {
            Thread.onSpinWait();
        }
        assertEquals("it lies", guest.back("error"));
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aThreadOfTheConnectionsOwnMayEndIt() {
        initialise();
        guest.loop.start();
        FrontEnd front = toy.front;
        assertNotNull(front);
        front.end("its ring is nonsense");
        while (!"5".equals(guest.backState())) {
            Thread.onSpinWait();
        }
        assertEquals("its ring is nonsense", guest.back("error"));
    }

    @Test
    void aDeviceThatIsUnpluggedIsClosedAndThenGone() {
        initialise();
        guest.setState(4);
        device.unplug();
        guest.store.dispatch();
        assertEquals("5", guest.backState());
        assertEquals("0", guest.back("online"));
        assertTrue(guest.isGrantInUse(RING), "the front end has not let go yet");
        guest.setState(5);
        guest.setState(6);
        assertTrue(device.isGone());
        assertEquals(List.of("connect 0", "start", "close", "gone"), toy.calls);
        assertFalse(guest.store.exists(guest.back));
        assertFalse(guest.store.exists(guest.front));
        assertFalse(guest.isGrantInUse(RING));
        guest.setState(1);
        assertFalse(guest.store.exists(guest.back));
    }

    @Test
    void aDeviceThatNobodyUsesIsUnpluggedAtOnce() {
        device.unplug();
        guest.store.dispatch();
        assertTrue(device.isGone());
        assertFalse(guest.store.exists(guest.front));
    }

    @Test
    void aFrontEndThatBeginsAnewWhileItIsUnpluggedIsNotWaitedFor() {
        initialise();
        device.unplug();
        guest.store.dispatch();
        guest.setState(1);
        assertTrue(device.isGone());
    }

    @Test
    void theEndOfTheDomainGivesEverythingBack() {
        int port = initialise();
        device.close();
        assertEquals(List.of("connect 0", "start", "close", "gone"), toy.calls);
        assertTrue(guest.isUnbound(port));
        assertFalse(guest.isGrantInUse(RING));
        assertEquals(0, guest.domain.grants().mappings());
    }

    private void refused(String because) {
        assertEquals("5", guest.backState());
        String error = String.valueOf(guest.back("error"));
        assertTrue(error.contains(because), error);
        assertFalse(guest.isGrantInUse(RING));
        assertFalse(device.isConnected());
        assertEquals(0, guest.domain.grants().mappings());
        guest.setState(6);
        assertEquals("6", guest.backState());
    }

    private void mayBeginAnew() {
        guest.setState(1);
        assertEquals("2", guest.backState());
        initialise();
        assertEquals("4", guest.backState());
    }

    private int initialise() {
        int port = guest.unboundPort();
        guest.write("ring-ref", RING);
        guest.write("event-channel", port);
        guest.setState(3);
        return port;
    }
}
