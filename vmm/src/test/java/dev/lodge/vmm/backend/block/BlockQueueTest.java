package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_FLUSH_DISKCACHE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_READ;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE_BARRIER;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.DATA;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.GRANT;
import static dev.lodge.vmm.backend.block.BlockQueueFixture.RING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import dev.lodge.vmm.storage.FakeStorage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of {@code xen/include/public/io/blkif.h}, good and bad, against a disk of 1 MiB. */
class BlockQueueTest {

    private static final int SECTORS = 2048;

    private final BlockQueueFixture connection = new BlockQueueFixture();
    private final FakeGuestSide guest = connection.guest;
    private final GrantMappings mappings = connection.mappings;
    private final FakeBlockFront front = connection.front;
    private final FakeStorage storage = new FakeStorage(SECTORS * 512);
    private final int[] oneSegment = {GRANT, 0, 7};
    private final MemorySegment answer = MemorySegment.ofArray(new long[2]);
    private BlockQueue queue = connection.connect(storage, true);

    @AfterEach
    void close() {
        connection.close();
    }

    private void serve() throws ConnectionFault {
        front.ring.publish();
        assertFalse(queue.serve());
    }

    @Test
    void whatIsWrittenIsOnTheDiskAndCanBeRead() throws ConnectionFault {
        guest.frame(DATA).fill((byte) 7);
        guest.frame(DATA + 1).fill((byte) 8);
        front.put(BLKIF_OP_WRITE, 0x1234_5678_9abcL, 3, GRANT, 2, 7, GRANT + 1, 0, 0);
        serve();
        assertEquals(0x1234_5678_9abcL + " 1 0", front.response());
        assertEquals(List.of("write 1536+3584"), storage.calls);
        assertEquals(0, storage.bytes.get(ValueLayout.JAVA_BYTE, 1535));
        assertEquals(7, storage.bytes.get(ValueLayout.JAVA_BYTE, 1536));
        assertEquals(8, storage.bytes.get(ValueLayout.JAVA_BYTE, 9 * 512));
        assertEquals(0, storage.bytes.get(ValueLayout.JAVA_BYTE, 10 * 512));

        front.put(BLKIF_OP_READ, 2, 8, GRANT + 2, 7, 7, GRANT + 2, 1, 1);
        serve();
        assertEquals("2 0 0", front.response());
        assertEquals(7, guest.frame(DATA + 2).get(ValueLayout.JAVA_BYTE, 7 * 512));
        assertEquals(8, guest.frame(DATA + 2).get(ValueLayout.JAVA_BYTE, 512));
        assertEquals(0, guest.frame(DATA + 2).get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void adjacentRequestsAreDoneAsOneAndAnsweredEach() throws ConnectionFault {
        for (int i = 0; i < 4; i++) {
            front.put(BLKIF_OP_WRITE, i, 8L * i, GRANT + i, 0, 7);
        }
        front.put(BLKIF_OP_WRITE, 4, 40, GRANT, 0, 7);
        front.put(BLKIF_OP_READ, 5, 48, GRANT + 5, 0, 7);
        serve();
        assertEquals(List.of("write 0+16384", "write 20480+4096", "read 24576+4096"), storage.calls);
        for (int i = 0; i < 5; i++) {
            assertEquals(i + " 1 0", front.response());
        }
        assertEquals("5 0 0", front.response());
        assertEquals("nothing", front.response());
    }

    @Test
    void ofRequestsThatFailTogetherOnlyTheBadOneFails() throws ConnectionFault {
        storage.badPosition = 4096 + 100;
        for (int i = 0; i < 3; i++) {
            front.put(BLKIF_OP_READ, i, 8L * i, GRANT + i, 0, 7);
        }
        storage.bytes.fill((byte) 3);
        serve();
        assertEquals("0 0 0", front.response());
        assertEquals("1 0 -1", front.response());
        assertEquals("2 0 0", front.response());
        assertEquals(3, guest.frame(DATA + 2).get(ValueLayout.JAVA_BYTE, 4095));
    }

    @Test
    void ofWritesThatFailTogetherOnlyTheBadOneFails() throws ConnectionFault {
        storage.badPosition = 2 * 4096;
        for (int i = 0; i < 3; i++) {
            guest.frame(DATA + i).fill((byte) (i + 1));
            front.put(BLKIF_OP_WRITE, i, 8L * i, GRANT + i, 0, 7);
        }
        front.put(BLKIF_OP_FLUSH_DISKCACHE, 3, 0);
        serve();
        for (String response : new String[] {"0 1 0", "1 1 0", "2 1 -1", "3 3 0"}) {
            assertEquals(response, front.response());
        }
        assertEquals(2, storage.bytes.get(ValueLayout.JAVA_BYTE, 4096));
        assertEquals(0, storage.bytes.get(ValueLayout.JAVA_BYTE, 2 * 4096));
    }

    @Test
    void aDiscardThatFailsSaysSo() throws ConnectionFault {
        storage.badPosition = 4096;
        front.putDiscard(1, 8, 8);
        front.putDiscard(2, 16, 8);
        serve();
        assertEquals("1 5 -1", front.response());
        assertEquals("2 5 0", front.response());
    }

    @Test
    void anIndirectRequestMayHave256Segments() throws ConnectionFault {
        int[] segments = new int[3 * 256];
        for (int i = 0; i < 256; i++) {
            segments[3 * i] = GRANT + i % 15;
            segments[3 * i + 2] = 7;
        }
        FakeBlockFront.indirectSegments(guest.frame(DATA + 15), segments);
        front.putIndirect(BLKIF_OP_READ, 77, 0, 256, GRANT + 15);
        serve();
        assertEquals("77 0 0", front.response());
        assertEquals(List.of("read 0+1048576"), storage.calls);
        front.putIndirect(BLKIF_OP_WRITE, 78, 0, 2, GRANT + 15);
        serve();
        assertEquals("78 1 0", front.response());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 257", "0, 512", "0, 65535", "2, 1", "3, 1", "5, 1", "6, 1", "255, 1"})
    void anIndirectRequestThatIsNoReadOrWriteOrTooLongIsRefused(int operation, int segments) throws ConnectionFault {
        front.putIndirect(operation, 9, 0, segments, GRANT, GRANT, GRANT, GRANT, GRANT, GRANT, GRANT, GRANT);
        refused("9 " + (byte) operation + " -1");
    }

    @Test
    void anIndirectRequestWhoseSegmentsAreNotGrantedIsRefused() throws ConnectionFault {
        front.putIndirect(BLKIF_OP_READ, 9, 0, 2, 499);
        refused("9 0 -1");
    }

    @ParameterizedTest
    @CsvSource({
        "2048, 0, 0",
        "2047, 0, 1",
        "2041, 0, 7",
        "-1, 0, 0",
        "9223372036854775807, 0, 0",
        "-9223372036854775808, 0, 7",
        "36028797018963968, 0, 0",
        "0, 1, 0",
        "0, 0, 8",
        "0, 8, 8",
        "0, 255, 255",
        "0, 7, 0",
        "0, 0, 255"
    })
    void whatIsNotWithinTheDiskAndTheFrameIsRefused(long sector, int first, int last) throws ConnectionFault {
        front.put(BLKIF_OP_READ, 9, sector, GRANT, first, last);
        front.put(BLKIF_OP_WRITE, 10, sector, GRANT, first, last);
        serve();
        assertEquals("9 0 -1", front.response());
        assertEquals("10 1 -1", front.response());
        goesOn();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 13, 255})
    void aRequestHasOneToElevenSegments(int count) throws ConnectionFault {
        front.putClaiming(count, BLKIF_OP_READ, 9, 0, GRANT, 0, 7);
        refused("9 0 -1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 39, 56, 511, 512, 100_000, -1, Integer.MIN_VALUE})
    void aFrameThatIsNotGrantedIsRefused(int grant) throws ConnectionFault {
        front.put(BLKIF_OP_READ, 9, 0, GRANT, 0, 7, grant == 0 ? 3 : grant, 0, 7);
        refused("9 0 -1");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 8, 100, 255})
    void anOperationThatIsNoneIsNotSupported(int operation) throws ConnectionFault {
        front.put(operation, 9, 0, GRANT, 0, 7);
        refused("9 " + (byte) operation + " -2");
    }

    private void refused(String response) throws ConnectionFault {
        serve();
        assertEquals(response, front.response());
        goesOn();
    }

    private void goesOn() throws ConnectionFault {
        assertEquals(List.of(), storage.calls);
        front.put(BLKIF_OP_READ, 1, 0, GRANT, 0, 7);
        serve();
        assertEquals("1 0 0", front.response());
    }

    @Test
    void aFlushComesAfterWhatWasWrittenBeforeIt() throws ConnectionFault {
        front.put(BLKIF_OP_WRITE, 1, 0, GRANT, 0, 7);
        front.put(BLKIF_OP_FLUSH_DISKCACHE, 2, 0);
        front.put(BLKIF_OP_WRITE, 3, 8, GRANT, 0, 7);
        front.put(BLKIF_OP_FLUSH_DISKCACHE, 4, 16, GRANT, 0, 7);
        serve();
        assertEquals(List.of("write 0+4096", "flush", "write 4096+4096", "flush", "write 8192+4096"), storage.calls);
        for (String response : new String[] {"1 1 0", "2 3 0", "3 1 0", "4 3 0"}) {
            assertEquals(response, front.response());
        }
    }

    @Test
    void aBarrierIsDurableItself() throws ConnectionFault {
        front.put(BLKIF_OP_WRITE, 1, 0, GRANT, 0, 7);
        front.put(BLKIF_OP_WRITE_BARRIER, 2, 8, GRANT, 0, 7);
        serve();
        assertEquals(List.of("write 0+4096", "flush", "write 4096+4096", "flush"), storage.calls);
        assertEquals("1 1 0", front.response());
        assertEquals("2 2 0", front.response());
    }

    @Test
    void aFlushThatFailsSaysSo() throws ConnectionFault {
        storage.badFlush = true;
        front.put(BLKIF_OP_FLUSH_DISKCACHE, 2, 0);
        front.put(BLKIF_OP_WRITE_BARRIER, 3, 8, GRANT, 0, 7);
        serve();
        assertEquals("2 3 -1", front.response());
        assertEquals("3 2 -1", front.response());
    }

    @Test
    void discardsAreDone() throws ConnectionFault {
        storage.bytes.fill((byte) 1);
        front.putDiscard(1, 8, 16);
        front.putDiscard(2, 0, 0);
        serve();
        assertEquals("1 5 0", front.response());
        assertEquals("2 5 0", front.response());
        assertEquals(List.of("discard 4096+8192"), storage.calls);
    }

    @ParameterizedTest
    @CsvSource({"2048, 1", "2000, 49", "-1, 1", "0, -1", "0, 9223372036854775807", "9223372036854775807, 1"})
    void aDiscardBeyondTheDiskIsRefused(long sector, long sectors) throws ConnectionFault {
        front.putDiscard(1, sector, sectors);
        refused("1 5 -1");
    }

    @Test
    void aDiskThatCanOnlyBeReadIsNotWrittenTo() throws ConnectionFault {
        storage.writable = false;
        front.put(BLKIF_OP_WRITE, 1, 0, GRANT, 0, 7);
        front.put(BLKIF_OP_WRITE_BARRIER, 2, 0, GRANT, 0, 7);
        front.putDiscard(3, 0, 1);
        front.put(BLKIF_OP_READ, 4, 0, GRANT, 0, 7);
        serve();
        for (String response : new String[] {"1 1 -1", "2 2 -1", "3 5 -1", "4 0 0"}) {
            assertEquals(response, front.response());
        }
        assertEquals(List.of("flush", "read 0+4096"), storage.calls);
    }

    @Test
    void persistentGrantsStayMappedAndOthersDoNot() throws ConnectionFault {
        front.put(BLKIF_OP_READ, 1, 0, GRANT, 0, 7, GRANT + 1, 0, 7);
        front.put(BLKIF_OP_READ, 2, 0, GRANT, 0, 7, GRANT + 1, 0, 7);
        serve();
        assertEquals(2, mappings.count());
        mappings.close();

        front.response();
        front.response();
        queue = connection.connect(storage, false);
        FakeBlockFront.indirectSegments(guest.frame(DATA + 15), GRANT, 0, 7, GRANT + 1, 0, 7);
        front.putIndirect(BLKIF_OP_READ, 3, 0, 2, GRANT + 15);
        front.put(BLKIF_OP_READ, 4, 0, GRANT, 0, 7, 499, 0, 7);
        front.put(BLKIF_OP_READ, 5, 0, GRANT, 0, 7);
        serve();
        assertEquals("4 0 -1", front.response(), "refused before those before it are done");
        assertEquals("3 0 0", front.response());
        assertEquals("5 0 0", front.response());
        assertEquals(0, mappings.count());
    }

    @Test
    void aFrontEndHasItsFramesBackWhenItIsAnswered() throws ConnectionFault {
        queue = connection.connect(storage, false);
        List<String> seen = new ArrayList<>();
        storage.before = () -> {
            try {
                seen.add(front.response() + ", mapped " + mappings.count());
            } catch (ConnectionFault fault) {
                seen.add(fault.reason());
            }
        };
        front.put(BLKIF_OP_WRITE, 1, 0, GRANT, 0, 7);
        front.put(BLKIF_OP_WRITE, 2, 80, GRANT + 1, 0, 7);
        serve();
        assertEquals(List.of("nothing, mapped 2", "1 1 0, mapped 1"), seen);
    }

    @Test
    void manyPersistentGrantsAreAllFound() throws ConnectionFault {
        for (int i = 100; i < 500; i++) {
            guest.grant(i, DATA + i % 16);
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 100; i < 500; i++) {
                front.put(BLKIF_OP_READ, i, 0, i, 0, 7);
                serve();
                assertEquals(i + " 0 0", front.response());
            }
        }
        assertEquals(400, mappings.count());
    }

    @Test
    void aFullRingIsServed() throws ConnectionFault {
        for (int i = 0; i < connection.ring.size(); i++) {
            front.put(BLKIF_OP_READ, i, 8L * (i % 4), GRANT + i % 16, 0, 7);
        }
        front.ring.publish();
        queue.serve();
        for (int i = 0; i < connection.ring.size(); i++) {
            assertEquals(i + " 0 0", front.response());
        }
    }

    @Test
    void indicesThatCannotBeTrueEndTheConnection() {
        guest.frame(RING).set(ValueLayout.JAVA_INT, 0, 33);
        assertThrows(ConnectionFault.class, queue::serve);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestAllocatesNothing(boolean persistent) throws Exception {
        queue = connection.connect(storage, persistent);
        storage.notes = false;
        long bytes = AllocatedBytes.inRounds(20_000, this::round);
        assertTrue(bytes < 20_000, bytes + " bytes for 20,000 rounds");
    }

    private void round() throws ConnectionFault {
        front.put(BLKIF_OP_READ, 1, 0, oneSegment);
        front.put(BLKIF_OP_WRITE, 1, 8, oneSegment);
        front.ring.publish();
        queue.serve();
        front.ring.take(answer);
        front.ring.take(answer);
    }
}
