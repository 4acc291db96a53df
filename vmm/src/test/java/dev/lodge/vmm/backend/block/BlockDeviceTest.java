package dev.lodge.vmm.backend.block;

import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_READ;
import static dev.lodge.vmm.abi.BlkifAbi.BLKIF_OP_WRITE;
import static dev.lodge.vmm.abi.BlkifAbi.SIZEOF_request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import dev.lodge.vmm.storage.FakeStorage;
import dev.lodge.vmm.storage.FileStorage;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk from its front end's side, by the nodes that Linux's reads and writes, with the connection's own thread. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BlockDeviceTest {

    private static final int DATA = 0xa0;
    private static final int GRANT = 40;

    private final BlockDeviceFixture disk = new BlockDeviceFixture();
    private final FakeGuestSide guest = disk.guest;
    private final FakeStorage storage = disk.storage;
    private final XenbusDevice device = disk.device;

    BlockDeviceTest() {
        guest.grant(GRANT, DATA);
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "1, 4", "2, 0", "4, 2"})
    void everyQueueIsServedWhateverItsSize(int queues, int order) throws ConnectionFault {
        List<FakeBlockFront> fronts = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        connect(queues, order, fronts, ports);
        assertEquals("4", guest.backState());
        for (int i = 0; i < queues; i++) {
            guest.frame(DATA).fill((byte) (i + 1));
            fronts.get(i).put(BLKIF_OP_WRITE, i, 8L * i, GRANT, 0, 7);
            send(fronts.get(i), ports.get(i));
            assertEquals(i + " 1 0", awaitResponse(fronts.get(i)));
            while (!guest.domain.events().isPending(ports.get(i))) {
                Thread.onSpinWait(); // the response is there before the event
            }
            assertEquals(i + 1, storage.bytes.get(ValueLayout.JAVA_BYTE, 4096L * i + 4095));
        }
        assertEquals(
                queues << order,
                guest.domain.grants().mappings(),
                "only the rings are mapped, whatever the front end says of persistent grants, as none were offered");
    }

    @Test
    void aFrontEndMayGoAndComeAHundredTimes() throws ConnectionFault {
        for (int round = 0; round < 100; round++) {
            List<FakeBlockFront> fronts = new ArrayList<>();
            List<Integer> ports = new ArrayList<>();
            connect(1, 0, fronts, ports);
            guest.setState(4);
            fronts.getFirst().put(BLKIF_OP_READ, round, 0, GRANT, 0, 7);
            send(fronts.getFirst(), ports.getFirst());
            assertEquals(round + " 0 0", awaitResponse(fronts.getFirst()));
            guest.setState(5);
            guest.setState(6);
            assertEquals(0, guest.domain.grants().mappings());
            guest.domain.events().close(ports.getFirst());
            guest.setState(1);
            assertEquals("2", guest.backState());
        }
    }

    /** Linux, at writes to {@code unbind} and {@code bind}: it never says Initialising, but finds the back end Connected. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDriverMayBeUnboundAndBoundAHundredTimes(boolean saysInitialised) throws ConnectionFault {
        for (int round = 0; round < 100; round++) {
            List<FakeBlockFront> fronts = new ArrayList<>();
            List<Integer> ports = new ArrayList<>();
            describe(1, 0, fronts, ports);
            if (round == 0 || saysInitialised) {
                guest.setState(3);
            }
            guest.setState(4);
            fronts.getFirst().put(BLKIF_OP_READ, round, 0, GRANT, 0, 7);
            send(fronts.getFirst(), ports.getFirst());
            assertEquals(round + " 0 0", awaitResponse(fronts.getFirst()));
            guest.setState(6);
            assertEquals("4", guest.backState());
            assertFalse(device.isConnected());
            assertEquals(0, guest.domain.grants().mappings());
            guest.domain.events().close(ports.getFirst());
        }
    }

    @Test
    void aDiskWhoseDriverWasUnboundCanBeUnplugged() throws ConnectionFault {
        connect(1, 0, new ArrayList<>(), new ArrayList<>());
        guest.setState(4);
        guest.setState(6);
        device.unplug();
        guest.store.dispatch();
        assertTrue(device.isGone());
    }

    @Test
    void aDiskThatIsToBeUnpluggedIsGoneWhenItsDriverIsUnbound() throws ConnectionFault {
        connect(1, 0, new ArrayList<>(), new ArrayList<>());
        guest.setState(4);
        device.unplug();
        guest.store.dispatch();
        assertEquals("5", guest.backState());
        guest.setState(6);
        assertTrue(device.isGone());
    }

    @Test
    void aFrontEndOf32BitsIsServedByItsOwnProtocol() throws ConnectionFault {
        guest.grant(8, 0x81);
        DescriptorRing ring =
                new DescriptorRing(SharedPages.of(guest.frame(0x81)), BlockRequest.size(GuestWidth.BITS_32));
        FakeBlockFront front = new FakeBlockFront(ring, GuestWidth.BITS_32);
        int port = guest.unboundPort();
        guest.write("ring-ref", 8);
        guest.write("event-channel", port);
        guest.write("protocol", "x86_32-abi");
        guest.setState(3);
        assertEquals("4", guest.backState());
        front.put(BLKIF_OP_READ, 6, 0, GRANT, 0, 7);
        front.put(BLKIF_OP_READ, 7, 8, GRANT, 0, 7);
        send(front, port);
        assertEquals("6 0 0", awaitResponse(front));
        assertEquals("7 0 0", awaitResponse(front));
    }

    @Test
    void requestsThatWereThereBeforeTheConnectionAreServed() throws ConnectionFault {
        guest.grant(8, 0x81);
        FakeBlockFront front =
                new FakeBlockFront(new DescriptorRing(SharedPages.of(guest.frame(0x81)), SIZEOF_request));
        front.put(BLKIF_OP_READ, 5, 0, GRANT, 0, 7);
        front.ring.publish();
        guest.write("ring-ref", 8);
        guest.write("event-channel", guest.unboundPort());
        guest.setState(3);
        assertEquals("5 0 0", awaitResponse(front));
    }

    @Test
    void aRingWhoseIndicesCannotBeTrueEndsTheConnectionOnly() throws ConnectionFault {
        List<Integer> ports = new ArrayList<>();
        connect(1, 0, new ArrayList<>(), ports);
        guest.loop.start();
        guest.frame(0x81).set(ValueLayout.JAVA_INT, 0, 1000);
        guest.domain.events().send(ports.getFirst());
        while (!"5".equals(guest.backState())) {
            Thread.onSpinWait();
        }
        assertTrue(String.valueOf(guest.back("error")).contains("cannot have its req_prod at 1000"));
        assertFalse(guest.isGrantInUse(8));
    }

    @Test
    void aDiskThatBecomesLargerIsAnnounced() throws ConnectionFault {
        List<FakeBlockFront> fronts = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        connect(1, 0, fronts, ports);
        guest.loop.start();
        storage.size = 512 * 100;
        int id = 0;
        while (!"100".equals(guest.back("sectors"))) {
            fronts.getFirst().put(BLKIF_OP_READ, ++id, 0, GRANT, 0, 7);
            send(fronts.getFirst(), ports.getFirst());
            assertEquals(id + " 0 0", awaitResponse(fronts.getFirst()));
        }
        fronts.getFirst().put(BLKIF_OP_READ, 0, 100, GRANT, 0, 7);
        send(fronts.getFirst(), ports.getFirst());
        assertEquals("0 0 -1", awaitResponse(fronts.getFirst()));
        assertEquals("4", guest.backState());
    }

    /** And when the file is cut off behind its back, only what is not there any more cannot be read. */
    @Test
    void aDiskInAFileIsReadManyPlacesAtATime(@TempDir Path directory) throws Exception {
        byte[] content = new byte[256 * 4096];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 4096);
        }
        Path image = Files.write(directory.resolve("image"), content);
        FakeGuestSide other = new FakeGuestSide("vbd", 51728);
        XenbusDevice file = new XenbusDevice(
                other.host(), new BlockBackEnd(1, "image", FileStorage.open(image, false), null, false));
        other.store.dispatch();
        other.grant(8, 0x81);
        for (int i = 0; i < 16; i++) {
            other.grant(GRANT + i, DATA + i);
        }
        int port = other.unboundPort();
        other.write("ring-ref", 8);
        other.write("event-channel", port);
        FakeBlockFront front =
                new FakeBlockFront(new DescriptorRing(SharedPages.of(other.frame(0x81)), SIZEOF_request));
        other.setState(3);
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 16; i++) {
                front.put(BLKIF_OP_READ, i, 8L * ((37 * i + round) % 256), GRANT + i, 0, 7);
            }
            if (front.ring.publish()) {
                other.domain.events().send(port);
            }
            for (int i = 0; i < 16; i++) {
                assertTrue(awaitResponse(front).endsWith(" 0 0"));
            }
            for (int i = 0; i < 16; i++) {
                assertEquals(
                        (byte) (37 * i + round),
                        other.frame(DATA + i).get(ValueLayout.JAVA_BYTE, 4095),
                        "round " + round + ", read " + i);
            }
        }
        try (RandomAccessFile opened = new RandomAccessFile(image.toFile(), "rw")) {
            opened.setLength(128 * 4096);
        }
        for (int block : new int[] {0, 200, 100, 255, 126, 128}) {
            front.put(BLKIF_OP_READ, block, 8L * block, GRANT, 0, 7);
        }
        if (front.ring.publish()) {
            other.domain.events().send(port);
        }
        Set<String> responses = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            responses.add(awaitResponse(front));
        }
        assertEquals(Set.of("0 0 0", "200 0 -1", "100 0 0", "255 0 -1", "126 0 0", "128 0 -1"), responses);
        assertEquals("4", other.backState());
        file.close();
        other.close();
    }

    private void connect(int queues, int order, List<FakeBlockFront> fronts, List<Integer> ports) {
        describe(queues, order, fronts, ports);
        guest.setState(3);
    }

    private void describe(int queues, int order, List<FakeBlockFront> fronts, List<Integer> ports) {
        for (int i = 0; i < queues; i++) {
            String directory = queues == 1 ? "" : "queue-" + i + "/";
            List<MemorySegment> frames = new ArrayList<>();
            for (int page = 0; page < 1 << order; page++) {
                int index = i * (1 << order) + page;
                frames.add(guest.frame(0x81 + index));
                guest.grant(8 + index, 0x81 + index);
                guest.write(directory + "ring-ref" + (order == 0 ? "" : page), 8 + index);
            }
            int port = guest.unboundPort();
            guest.write(directory + "event-channel", port);
            fronts.add(new FakeBlockFront(new DescriptorRing(SharedPages.of(frames), SIZEOF_request)));
            ports.add(port);
        }
        guest.write("multi-queue-num-queues", queues);
        guest.write("protocol", "x86_64-abi");
        guest.write("feature-persistent", 1);
        if (order > 0) {
            guest.write("ring-page-order", order);
        }
    }

    private void send(FakeBlockFront front, int port) {
        if (front.ring.publish()) {
            guest.domain.events().send(port);
        }
    }

    private static String awaitResponse(FakeBlockFront front) throws ConnectionFault {
        while (true) {
            String response = front.response();
            if (!response.equals("nothing")) {
                return response;
            }
            Thread.onSpinWait();
        }
    }
}
