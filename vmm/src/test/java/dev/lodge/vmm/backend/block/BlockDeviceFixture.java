package dev.lodge.vmm.backend.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import dev.lodge.vmm.storage.FakeStorage;
import java.util.List;

/** A guest with a disk of 1 MiB, {@code xvda}, which waits for its front end. */
final class BlockDeviceFixture implements AutoCloseable {

    final FakeGuestSide guest = new FakeGuestSide("vbd", 51712);
    final FakeStorage storage = new FakeStorage(1 << 20);
    final XenbusDevice device;

    BlockDeviceFixture() {
        device = new XenbusDevice(guest.host(), new BlockBackEnd(0, "disk.img", storage, null, false));
        guest.store.dispatch();
    }

    /** Fails the test if the I/O thread failed, or the storage was left open. */
    @Override
    public void close() {
        guest.close();
        device.close();
        assertEquals(List.of(), guest.failures);
        assertTrue(storage.closed > 0);
    }
}
