package dev.lodge.vmm.domain;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.backend.console.FakeFrontend;
import dev.lodge.vmm.backend.console.FakeHost;
import dev.lodge.vmm.hypercall.FakeDomain;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of {@code xen/include/public/io/xenbus.h}, against a front end written after Linux's. */
class ConsoleDeviceTest {

    private static final String FRONT = "/local/domain/1/device/console/1";
    private static final String BACK = "/local/domain/0/backend/console/1/1";
    private static final int GRANT = 9;
    private static final int TABLE = 0x80;
    private static final int RING = 0x81;

    private final FakeDomain domain = new FakeDomain(1);
    private final StoreSession store = new Store().session(() -> {});
    private final IoLoop loop = new IoLoop("test-io", failure -> {});
    private final FakeHost host = new FakeHost();
    private final ConsoleDevice device = create();
    private final MemorySegment page = domain.ram.asSlice(RING * 4096L, 4096);
    private final FakeFrontend front = new FakeFrontend(page);

    private ConsoleDevice create() {
        domain.grants().place(0, new FrameNumber(TABLE));
        grant(RING);
        ConsoleDevice created =
                new ConsoleDevice(FakeDomain.DOMID, 1, store, domain.grants(), domain.events(), loop, host);
        store.dispatch();
        return created;
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void theBackEndWaitsForTheFrontEnd() {
        assertEquals("2", backState());
        assertEquals(BACK, store.read(FRONT + "/backend"));
        assertEquals("1", store.read(FRONT + "/state"));
        assertEquals("n1,r0", String.valueOf(store.permissions(FRONT)));
        assertEquals("n0,r1", String.valueOf(store.permissions(BACK)));
        assertTrue(device.isDrained());
    }

    @Test
    void theGuestFindsTheNodesThatXensToolsWriteAndMayNotChangeThose() {
        String[][] nodes = {
            {"limit", "1048576", "n0,r1"},
            {"type", "ioemu", "n0,r1"},
            {"output", "pty", "n0,r1"},
            {"tty", "", "n0,r1"},
            {"protocol", "vt100", "n1,r0"},
            {"backend-id", "0", "n1,r0"},
            {"state", "1", "n1,r0"}
        };
        for (String[] node : nodes) {
            assertEquals(node[1], store.read(FRONT + "/" + node[0]), node[0]);
            assertEquals(node[2], String.valueOf(store.permissions(FRONT + "/" + node[0])), node[0]);
        }
    }

    @Test
    void aFrontEndThatIsInitialisedIsConnectedAndWhatItWroteIsTaken() {
        front.write("early");
        int port = initialise();
        assertEquals("4", backState());
        assertEquals("early", taken());
        setState("4");
        assertEquals("4", backState());
        front.write(" late");
        device.move();
        assertEquals("early late", taken());
        host.gives = new byte[] {'x'};
        device.move();
        assertTrue(domain.events().isPending(port));
        assertTrue(isGrantInUse());
        assertTrue(device.isDrained());
    }

    @Test
    void aFrontEndThatClosesLetsGoOfEverythingAndMayComeAgain() {
        int port = initialise();
        setState("4");
        setState("5");
        assertEquals("5", backState());
        setState("6");
        assertEquals("6", backState());
        assertEquals(GTF_permit_access, grantWord());
        assertEquals(1, domain.events().status(port).status(), "unbound again");
        domain.events().close(port);
        front.write("unseen");
        device.move();
        assertEquals("", taken());

        setState("1");
        assertEquals("2", backState());
        initialise();
        assertEquals("4", backState());
        assertEquals("unseen", taken());
    }

    @Test
    void aKernelThatWasStartedInThePlaceOfAnotherIsConnectedAnew() {
        int old = initialise();
        setState("1");
        assertEquals("2", backState());
        assertEquals(GTF_permit_access, grantWord());
        domain.events().close(old);
        grant(0x82);
        initialise();
        assertEquals("4", backState());
        new FakeFrontend(domain.ram.asSlice(0x82 * 4096L, 4096)).write("anew");
        device.move();
        assertEquals("anew", taken());
    }

    @Test
    void aFrontEndMayGoStraightToConnected() {
        write("port", Integer.toString(domain.events().allocUnbound(0)));
        write("ring-ref", Integer.toString(GRANT));
        setState("4");
        assertEquals("4", backState());
    }

    @Test
    void aFrontEndThatClosesBeforeItConnectedIsAnswered() {
        setState("5");
        assertEquals("5", backState());
        setState("6");
        assertEquals("6", backState());
        setState("6");
        assertEquals("6", backState());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2", "7", "9", "33", "-1", "x", "03", "4 "})
    void aStateThatSaysNothingChangesNothing(String state) {
        setState(state);
        assertEquals("2", backState());
        initialise();
        setState(state);
        assertEquals("4", backState());
        front.write("on");
        device.move();
        assertEquals("on", taken());
    }

    @Test
    void aFrontEndThatRemovesItsNodesChangesNothing() {
        initialise();
        store.remove(FRONT);
        store.dispatch();
        assertEquals("4", backState());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "0", "99", "4096", "2147483648", "99999999999", "1 ", "0x1"})
    void aPortThatDoesNotWaitForDomain0IsNotConnected(String port) {
        write("port", port);
        write("ring-ref", Integer.toString(GRANT));
        setState("3");
        assertEquals("6", backState());
        assertEquals(GTF_permit_access, grantWord());
        mayBeginAnew();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "10", "600", "999999999", "4294967295"})
    void aRingThatIsNotGrantedIsNotConnected(String ref) {
        int port = domain.events().allocUnbound(0);
        write("port", Integer.toString(port));
        write("ring-ref", ref);
        setState("3");
        assertEquals("6", backState());
        assertEquals(1, domain.events().status(port).status(), "unbound again");
        mayBeginAnew();
    }

    @Test
    void aFrontEndWithoutPortOrRingIsNotConnected() {
        setState("3");
        assertEquals("6", backState());
        mayBeginAnew();
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, -1, Integer.MIN_VALUE})
    void aFrontEndThatLiesAboutItsRingLosesItsConnectionOnly(int produced) {
        int port = initialise();
        front.set(FakeFrontend.OUT_PROD, produced);
        device.move();
        assertEquals("6", backState());
        assertEquals(GTF_permit_access, grantWord());
        assertEquals(1, domain.events().status(port).status(), "unbound again");
        assertTrue(device.isDrained());
        front.set(FakeFrontend.OUT_PROD, 0);
        mayBeginAnew();
    }

    private void mayBeginAnew() {
        setState("1");
        assertEquals("2", backState());
        initialise();
        assertEquals("4", backState());
    }

    private int initialise() {
        int port = domain.events().allocUnbound(0);
        write("port", Integer.toString(port));
        write("ring-ref", Integer.toString(GRANT));
        setState("3");
        return port;
    }

    private void setState(String state) {
        write("state", state);
        store.dispatch();
    }

    private void write(String node, String value) {
        store.write(FRONT + "/" + node, value);
    }

    private @Nullable String backState() {
        return store.read(BACK + "/state");
    }

    private String taken() {
        return host.taken.toString(StandardCharsets.UTF_8);
    }

    private void grant(int frame) {
        domain.ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + GRANT * 8 + 4, frame);
        domain.ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + GRANT * 8, GTF_permit_access);
    }

    private int grantWord() {
        return domain.ram.get(ValueLayout.JAVA_INT, TABLE * 4096L + GRANT * 8);
    }

    private boolean isGrantInUse() {
        return grantWord() != GTF_permit_access;
    }
}
