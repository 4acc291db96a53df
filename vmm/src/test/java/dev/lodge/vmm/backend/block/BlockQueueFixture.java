package dev.lodge.vmm.backend.block;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.storage.Storage;

/** A queue of a disk, connected to a guest that has granted some frames. */
final class TestQueue {

    private TestQueue() {}

    /** The guest grants {@code count} frames from {@code firstFrame} on by the numbers from {@code firstGrant} on. */
    static void grant(FakeGuestSide guest, int firstGrant, int firstFrame, int count) {
        for (int i = 0; i < count; i++) {
            guest.grant(firstGrant + i, firstFrame + i);
        }
    }

    static BlockQueue of(
            FakeGuestSide guest, Storage storage, DescriptorRing ring, GuestWidth width, GrantedFrames frames) {
        BackendPort port = guest.domain.events().connect(guest.unboundPort(), () -> {});
        assertNotNull(port);
        try {
            return new BlockQueue(new Disk("xvda", storage, null), ring.newBackEnd(), ring.size(), width, port, frames);
        } catch (ConnectionFault fault) {
            throw new AssertionError(fault);
        }
    }
}
