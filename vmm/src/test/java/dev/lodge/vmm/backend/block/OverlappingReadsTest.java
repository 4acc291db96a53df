package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_READ;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE_BARRIER;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.DATA;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.GRANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import dev.lodge.vmm.storage.FakeReadQueue;
import dev.lodge.vmm.storage.FakeStorage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of a storage that may have to wait, several at a time. */
class OverlappingReadsTest {

    private final BlockQueueFixture connection = new BlockQueueFixture();
    private final FakeGuestSide guest = connection.guest;
    private final GrantMappings mappings = connection.mappings;
    private final FakeBlockFront front = connection.front;
    private final FakeStorage storage = new FakeStorage(1 << 20);
    private final MemorySegment answer = MemorySegment.ofArray(new long[2]);
    private final int[] oneSegment = {GRANT, 0, 7};
    private BlockQueue queue = queue(true);

    private BlockQueue queue(boolean persistent) {
        storage.overlapping = true;
        for (int i = 0; i < 256; i++) {
            storage.bytes.asSlice(i * 4096L, 4096).fill((byte) i);
        }
        return connection.connect(storage, persistent);
    }

    private FakeReadQueue reads() {
        return Objects.requireNonNull(storage.queue);
    }

    @AfterEach
    void close() {
        queue.close();
        assertTrue(reads().closed);
        connection.close();
    }

    private void serve() throws ConnectionFault {
        front.ring.publish();
        queue.serve();
    }

    private void putReads(int... blocks) {
        for (int i = 0; i < blocks.length; i++) {
            front.put(BLKIF_OP_READ, blocks[i], 8L * blocks[i], GRANT + i, 0, 7);
        }
    }

    private byte firstByte(int frame) {
        return guest.frame(DATA + frame).get(ValueLayout.JAVA_BYTE, 0);
    }

    @Test
    void aReadAloneIsDoneAtOnce() throws ConnectionFault {
        putReads(3);
        serve();
        assertEquals("3 0 0", front.response());
        assertEquals(List.of("read 12288+4096"), storage.calls);
    }

    @Test
    void severalAreBegunAndAnsweredAsTheyEnd() throws ConnectionFault {
        putReads(3, 9, 10, 6);
        serve();
        assertEquals(List.of("begin 12288+4096", "begin 36864+8192", "begin 24576+4096"), storage.calls);
        assertEquals("6 0 0", front.response());
        assertEquals("9 0 0", front.response());
        assertEquals("10 0 0", front.response());
        assertEquals("3 0 0", front.response());
        assertEquals(
                List.of((byte) 3, (byte) 9, (byte) 10, (byte) 6),
                List.of(firstByte(0), firstByte(1), firstByte(2), firstByte(3)));
    }

    @Test
    void whileReadsArePendingOthersAreTakenAndWritesAreDone() throws ConnectionFault {
        reads().held = true;
        putReads(1, 3);
        serve();
        putReads(5);
        front.put(BLKIF_OP_WRITE, 77, 800, GRANT + 3, 0, 7);
        serve();
        assertEquals("77 1 0", front.response());
        assertEquals("nothing", front.response());
        assertEquals(3, reads().pending());
        assertEquals(
                List.of("begin 4096+4096", "begin 12288+4096", "begin 20480+4096", "write 409600+4096"), storage.calls);
        reads().held = false;
        serve();
        assertEquals("5 0 0", front.response());
        assertEquals("3 0 0", front.response());
        assertEquals("1 0 0", front.response());
    }

    @Test
    void aBarrierWaitsForReadsThatCameBefore() throws ConnectionFault {
        reads().held = true;
        putReads(1, 3);
        front.put(BLKIF_OP_WRITE_BARRIER, 77, 8, GRANT + 3, 0, 7);
        serve();
        assertEquals("3 0 0", front.response());
        assertEquals("1 0 0", front.response());
        assertEquals("77 2 0", front.response());
        assertEquals(1, firstByte(0));
    }

    @Test
    void ofReadsThatFailTogetherOnlyTheBadOneFails() throws ConnectionFault {
        storage.badPosition = 9 * 4096;
        putReads(3, 8, 9, 10);
        serve();
        assertEquals("8 0 0", front.response());
        assertEquals("9 0 -1", front.response());
        assertEquals("10 0 0", front.response());
        assertEquals("3 0 0", front.response());
        assertEquals(10, firstByte(3));
    }

    @Test
    void aRingFullOfReadsIsServedAgainAndAgain() throws ConnectionFault {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < connection.ring.size(); i++) {
                front.put(BLKIF_OP_READ, i, 16L * i, GRANT + i % 16, 0, 7);
            }
            serve();
            Set<String> responses = new HashSet<>();
            for (int i = 0; i < connection.ring.size(); i++) {
                String response = front.response();
                assertTrue(response.endsWith(" 0 0") && responses.add(response), response);
            }
        }
    }

    @Test
    void framesStayMappedUntilTheirReadHasEnded() throws ConnectionFault {
        queue = queue(false);
        reads().held = true;
        putReads(1, 3);
        serve();
        assertEquals(2, mappings.count());
        reads().held = false;
        serve();
        assertEquals(0, mappings.count());
        assertEquals("3 0 0", front.response());
    }

    @Test
    void framesThatAreNotKeptAreNotHoardedByReadsThatNeverRest() throws ConnectionFault {
        queue = queue(false);
        int[] segments = new int[3 * 256];
        for (int i = 0; i < 256; i++) {
            segments[3 * i] = GRANT + i % 15;
            segments[3 * i + 2] = 7;
        }
        FakeBlockFront.indirectSegments(guest.frame(DATA + 15), segments);
        reads().held = true;
        int answered = 0;
        for (int i = 0; i < 100; i++) {
            front.putIndirect(BLKIF_OP_READ, i, i % 2, 256 - 1, GRANT + 15);
            if (i % 8 == 7) {
                serve();
                while (!front.response().equals("nothing")) {
                    answered++;
                }
            }
        }
        assertTrue(answered >= 32, answered + " answered, though none was let go on");
    }

    @Test
    void readsThatArePendingAllocateNothing() throws Exception {
        storage.notes = false;
        long bytes = AllocatedBytes.inRounds(10_000, this::round);
        assertTrue(bytes < 20_000, bytes + " bytes for 10,000 rounds");
    }

    private void round() throws ConnectionFault {
        front.put(BLKIF_OP_READ, 1, 0, oneSegment);
        front.put(BLKIF_OP_READ, 2, 80, oneSegment);
        serve();
        front.ring.take(answer);
        front.ring.take(answer);
    }
}
