package dev.lodge.vmm.store;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import dev.lodge.rings.GuestFault;
import java.lang.foreign.ValueLayout;

/**
 * A hostile guest at its xenstore page. Each input is a sequence of stores anywhere in the page, bytes sent by the rules, and
 * notifications.
 */
public final class StoreRingFuzzer {

    private static final long HEAP = 64 << 20;

    private StoreRingFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Claim.allocatesAtMost(HEAP + 4096L * bytes.length, () -> run(new Input(bytes)));
    }

    private static void run(Input input) {
        Store store = new Store();
        StoreSession domainZero = store.session(() -> {});
        WireClient client = store.introduce(1, () -> {});
        domainZero.makeDirectory("/local/domain/1/data");
        domainZero.setPermissions("/local/domain/1/data", Permissions.of("n1"));
        FakeFrontend guest = new FakeFrontend(input.i32());
        StoreRing ring = new StoreRing(guest.page, client);
        while (input.hasMore()) {
            int action = input.u8();
            switch (action % 8) {
                case 0 -> guest.page.set(ValueLayout.JAVA_BYTE, input.u16() % 4096, (byte) input.u8());
                case 1 -> guest.set(FakeFrontend.REQ_CONS + 4 * (input.u8() % 7), input.i32());
                case 2 -> guest.set(FakeFrontend.CONNECTION, action >>> 3 & 1);
                case 3 ->
                    send(
                            guest,
                            TestClient.encode(input.u8() % 24, input.u8(), input.u8() % 4, input.bytes(input.u8())));
                case 4 -> send(guest, input.bytes(action >>> 3));
                case 5 -> guest.set(FakeFrontend.RSP_CONS, guest.get(FakeFrontend.RSP_CONS) + input.u8());
                default -> service(ring);
            }
        }
        service(ring);
        require(domainZero.exists("/local/domain/1"), "the guest took its home away");
    }

    private static void send(FakeFrontend guest, byte[] message) {
        int room = 1024 - (guest.get(FakeFrontend.REQ_PROD) - guest.get(FakeFrontend.REQ_CONS));
        if (room >= message.length && room <= 1024) {
            guest.send(message, 0);
        }
    }

    private static void service(StoreRing ring) {
        try {
            ring.service();
        } catch (GuestFault fault) {
            require(ring.isBroken() && fault.getMessage() != null, "a fault, but the ring goes on");
        }
    }
}
