package dev.lodge.vmm.backend.xenbus;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.hypercall.FakeDomain;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A domain with a grant table, a store, and a front end's directory in that; what its kernel does, tests do. */
public final class FakeGuestSide implements AutoCloseable {

    private static final int TABLE = 0x80;

    public final FakeDomain domain = new FakeDomain(1);
    public final StoreSession store = new Store().session(() -> {});
    public final List<Throwable> failures = new ArrayList<>();
    public final IoLoop loop = new IoLoop("test-io", failures::add);
    public final String front;
    public final String back;

    public FakeGuestSide(String kind, int number) {
        front = "/local/domain/1/device/" + kind + "/" + number;
        back = "/local/domain/0/backend/" + kind + "/1/" + number;
        domain.grants().place(0, new FrameNumber(TABLE));
    }

    public XenbusHost host() {
        return new XenbusHost(FakeDomain.DOMID, store, domain.grants(), domain.events(), loop);
    }

    public MemorySegment frame(int frame) {
        return domain.ram.asSlice(frame * 4096L, 4096);
    }

    /** Grants a frame to Domain 0 for reading and writing. */
    public void grant(int ref, int frame) {
        domain.ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L + 4, frame);
        domain.ram.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L, GTF_permit_access);
    }

    public boolean isGrantInUse(int ref) {
        return domain.ram.get(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L) != GTF_permit_access;
    }

    /** A new port that waits for Domain 0. */
    public int unboundPort() {
        return domain.events().allocUnbound(0);
    }

    public boolean isUnbound(int port) {
        return domain.events().status(port).status() == 1;
    }

    public void write(String node, Object value) {
        store.write(front + "/" + node, value.toString());
    }

    public void setState(Object state) {
        write("state", state);
        store.dispatch();
    }

    public @Nullable String backState() {
        return back("state");
    }

    public @Nullable String back(String node) {
        return store.read(back + "/" + node);
    }

    @Override
    public void close() {
        loop.close();
    }
}
