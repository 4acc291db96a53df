package dev.lodge.vmm.backend.block;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.storage.Storage;

/** A guest with one ring to a disk, and 16 frames for data, of which it grants frame DATA + i by GRANT + i. */
final class BlockQueueFixture implements AutoCloseable {

    static final int RING = 0x81;
    static final int DATA = 0xa0;
    static final int GRANT = 40;

    final FakeGuestSide guest = new FakeGuestSide("vbd", 51712);
    final GrantMappings mappings = new GrantMappings(guest.domain.grants());
    final DescriptorRing ring;
    final FakeBlockFront front;
    private final GuestWidth width;

    /** One of 64 bits. */
    BlockQueueFixture() {
        this(GuestWidth.BITS_64);
    }

    BlockQueueFixture(GuestWidth width) {
        this.width = width;
        ring = new DescriptorRing(SharedPages.of(guest.frame(RING)), BlockRequest.size(width));
        front = new FakeBlockFront(ring, width);
        for (int i = 0; i < 16; i++) {
            guest.grant(GRANT + i, DATA + i);
        }
    }

    /** Connects a queue of a disk to the ring, from its beginning. */
    BlockQueue connect(Storage storage, boolean persistent) {
        BackendPort port = guest.domain.events().connect(guest.unboundPort(), () -> {});
        assertNotNull(port);
        GrantedFrames frames = new GrantedFrames(mappings, persistent);
        try {
            return new BlockQueue(new Disk("xvda", storage, null), ring.newBackEnd(), ring.size(), width, port, frames);
        } catch (ConnectionFault fault) {
            throw new AssertionError(fault);
        }
    }

    @Override
    public void close() {
        guest.close();
    }
}
