package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.*;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.DATA;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.GRANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.storage.FakeStorage;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A disk whose front end is a 32-bit guest's: protocol {@code x86_32-abi}. */
class NarrowBlockFrontTest {

    private static final int SEGMENTS = GRANT + 8;

    private final BlockQueueFixture connection = new BlockQueueFixture(GuestWidth.BITS_32);
    private final FakeGuestSide guest = connection.guest;
    private final FakeBlockFront front = connection.front;
    private final FakeStorage storage = new FakeStorage(64 * 512);
    private final BlockQueue queue = connection.connect(storage, false);

    @AfterEach
    void close() {
        connection.close();
    }

    private void serve() throws ConnectionFault {
        front.ring.publish();
        assertFalse(queue.serve());
    }

    @Test
    void requestsOf108BytesAreTakenOneAfterTheOther() throws Exception {
        assertEquals(32, connection.ring.size());
        guest.frame(DATA).fill((byte) 7);
        front.put(BLKIF_OP_WRITE, 0x1234_5678_9abc_def0L, 8, GRANT, 0, 7);
        front.put(BLKIF_OP_READ, 2, 9, GRANT + 1, 0, 0);
        serve();
        assertEquals("1311768467463790320 1 0", front.response());
        assertEquals("2 0 0", front.response());
        assertEquals(7, storage.bytes.get(ValueLayout.JAVA_BYTE, 8 * 512));
        assertEquals(0, storage.bytes.get(ValueLayout.JAVA_BYTE, 8 * 512 - 1));
        assertEquals(7, guest.frame(DATA + 1).get(ValueLayout.JAVA_BYTE, 511));
    }

    @Test
    void anIndirectRequestsSegmentsAreFound() throws Exception {
        storage.bytes.fill((byte) 3);
        FakeBlockFront.indirectSegments(guest.frame(SEGMENTS - GRANT + DATA), GRANT, 0, 7, GRANT + 1, 0, 3);
        front.putIndirect(BLKIF_OP_READ, 4, 0, 2, SEGMENTS);
        serve();
        assertEquals("4 0 0", front.response());
        assertEquals(3, guest.frame(DATA).get(ValueLayout.JAVA_BYTE, 4095));
        assertEquals(3, guest.frame(DATA + 1).get(ValueLayout.JAVA_BYTE, 2047));
        assertEquals(0, guest.frame(DATA + 1).get(ValueLayout.JAVA_BYTE, 2048));
    }

    @Test
    void aDiscardsSectorsAreFound() throws Exception {
        front.putDiscard(5, 60, 5);
        front.putDiscard(6, 60, 4);
        serve();
        assertEquals("5 5 -1", front.response(), "beyond the end");
        assertEquals("6 5 0", front.response());
    }

    @Test
    void badRequestsAreRefusedAsAWideOnesAre() throws Exception {
        front.put(BLKIF_OP_READ, 1, 64, GRANT, 0, 0);
        front.put(BLKIF_OP_READ, 2, 0, GRANT, 3, 2);
        front.putClaiming(12, BLKIF_OP_READ, 3, 0, GRANT, 0, 0);
        front.put(99, 4, 0, GRANT, 0, 0);
        serve();
        assertEquals("1 0 -1", front.response());
        assertEquals("2 0 -1", front.response());
        assertEquals("3 0 -1", front.response());
        assertEquals("4 99 -2", front.response());
    }
}
