package dev.lodge.vmm.backend.share;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.LinuxException;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The 9pfs device of {@code xen/include/public/io/9pfs.h}, against a front end written after Linux's. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShareBackEndTest {
    private static final int TVERSION = 100;
    private static final int TATTACH = 104;
    private static final int TWALK = 110;
    private static final int TLOPEN = 12;
    private static final int TREAD = 116;

    private final Path shared;
    private final FakeGuestSide guest = new FakeGuestSide("9pfs", 2);
    private final FakeShareFrontEnd front = new FakeShareFrontEnd(guest);
    private final XenbusDevice device;

    ShareBackEndTest(@TempDir Path folder) {
        shared = folder;
        device = new XenbusDevice(guest.host(), ShareBackEnd.open(2, "work", folder, false));
        guest.store.dispatch();
        guest.loop.start();
    }

    @AfterEach
    void close() {
        guest.close();
        device.close();
        assertFalse(front.isRingInUse());
        assertEquals(List.of(), guest.failures);
    }

    private static ByteBuffer fields(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void connect() {
        front.tell();
        front.initialised();
        assertEquals("4", guest.backState());
        guest.setState(4);
    }

    /** Agrees on a dialect and has the root as fid 0: the size of messages. */
    private int attach() {
        byte[] dialect = "9P2000.L".getBytes(StandardCharsets.US_ASCII);
        front.send(
                0,
                FakeShareFrontEnd.message(
                        TVERSION,
                        0xffff,
                        fields(14)
                                .putInt(1 << 20)
                                .putShort((short) 8)
                                .put(dialect)
                                .array()));
        int size = front.receive(0).getInt();
        front.send(
                1,
                FakeShareFrontEnd.message(
                        TATTACH,
                        1,
                        fields(16).putInt(0).putInt(-1).putInt(0).putInt(0).array()));
        assertEquals((byte) 0x80, front.receive(1).get(), "the root's qid");
        return size;
    }

    private void open(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        byte[] walk = fields(12 + bytes.length)
                .putInt(0)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
        front.send(0, FakeShareFrontEnd.message(TWALK, 2, walk));
        assertEquals(1, front.receive(0).getShort());
        front.send(
                0,
                FakeShareFrontEnd.message(
                        TLOPEN, 2, fields(8).putInt(1).putInt(0).array()));
        front.receive(0);
    }

    private static byte[] read(long offset, int count) {
        return FakeShareFrontEnd.message(
                TREAD, 3, fields(16).putInt(1).putLong(offset).putInt(count).array());
    }

    @Test
    void theNodesAreThoseThatLinuxReads() {
        assertEquals("1", guest.back("versions"));
        assertEquals("4", guest.back("max-rings"));
        assertEquals("9", guest.back("max-ring-page-order"));
        assertEquals("work", guest.store.read(guest.front + "/tag"));
    }

    @Test
    void requestsOnEachRingAreAnsweredOnIt() {
        connect();
        assertEquals(FakeShareFrontEnd.HALF, attach(), "no longer than a ring can hold");
    }

    @Test
    void aFileLargerThanTheRingsComesThroughThem() throws IOException {
        byte[] content = new byte[200_000];
        new Random(5).nextBytes(content);
        Files.write(shared.resolve("file"), content);
        connect();
        int most = attach() - 11;
        open("file");
        byte[] received = new byte[content.length];
        int count = 0;
        for (int ring = 0; count < content.length; ring ^= 1) {
            front.send(ring, read(count, most));
            ByteBuffer reply = front.receive(ring);
            int length = reply.getInt();
            assertEquals(length, reply.remaining());
            reply.get(received, count, length);
            count += length;
        }
        assertArrayEquals(content, received);
    }

    @Test
    void repliesWaitUntilTheFrontEndHasTakenOthers() throws IOException {
        Files.write(shared.resolve("file"), new byte[100_000]);
        connect();
        attach();
        open("file");
        for (int i = 0; i < 20; i++) {
            front.send(0, read(0, 10_000));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(10_000, front.receive(0).getInt());
        }
    }

    /** One that rings too seldom, but when it has taken a reply: then there is room for another. */
    @Test
    void aReplyThatWaitedIsThereAsSoonAsThereIsRoom() throws IOException {
        Files.write(shared.resolve("file"), new byte[100_000]);
        connect();
        attach();
        open("file");
        for (int round = 0; round < 50; round++) {
            front.send(0, read(0, 12_000));
            front.send(0, read(0, 12_000));
            assertEquals(12_000, front.receive(0).getInt());
            assertEquals(12_000, front.receive(0).getInt());
        }
    }

    @Test
    void aRequestMayComeInParts() {
        connect();
        attach();
        byte[] message = read(0, 10);
        for (byte part : message) {
            front.send(0, new byte[] {part});
        }
        assertEquals(Errno.EBADF, front.receive(0).getInt());
    }

    @Test
    void whatWasSentBeforeTheBackEndListenedIsAnswered() {
        front.tell();
        front.send(1, read(0, 10));
        front.initialised();
        assertEquals(Errno.EPROTO, front.receive(1).getInt());
    }

    @Test
    void aFrontEndMayComeAgainAndKnowsNothingThen() {
        for (int round = 0; round < 20; round++) {
            connect();
            attach();
            guest.setState(5);
            guest.setState(6);
            assertEquals("6", guest.backState());
            assertFalse(front.isRingInUse());
            for (FakeShareFrontEnd.Ring ring : front.rings) {
                guest.domain.events().close(ring.port());
            }
            front.rings.clear();
            guest.setState(1);
            assertEquals("2", guest.backState());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, -1, FakeShareFrontEnd.HALF + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aMessageThatCannotBeEndsTheConnection(int size) {
        connect();
        front.send(1, fields(8).putInt(size).putInt(0).array());
        refused("it sent a message of");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 68})
    void anIndexThatCannotBeEndsTheConnection(long index) {
        connect();
        attach();
        front.rings.get(0).intf().set(JAVA_INT, index, FakeShareFrontEnd.HALF * 3);
        front.send(0, index == 0 ? read(0, 1) : new byte[0]); // the first is looked at when there is something to say
        refused("a ring of");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 31, -1, Integer.MIN_VALUE})
    void aRingOfAnotherOrderIsNotConnected(int order) {
        front.tell();
        front.rings.get(1).intf().set(JAVA_INT, 128, order);
        front.initialised();
        refused("its ring 1 has the order");
    }

    @Test
    void aFrameThatIsNotGrantedIsNotConnected() {
        front.tell();
        front.rings.get(1).intf().set(JAVA_INT, 132 + 8, 500);
        front.initialised();
        refused("its ring-ref1");
    }

    @ParameterizedTest
    @CsvSource({
        "version, 2, version",
        "version, '', version",
        "num-rings, 0, num-rings",
        "num-rings, 5, num-rings",
        "num-rings, x, num-rings",
        "num-rings, 3, ring-ref2",
        "event-channel-1, 99, event-channel-1",
        "ring-ref1, 600, ring-ref1"
    })
    void nodesThatCannotBeAreRefused(String node, String value, String complaint) {
        front.tell();
        guest.write(node, value);
        front.initialised();
        refused(complaint);
    }

    private void refused(String complaint) {
        while (!"5".equals(guest.backState())) {
            Thread.onSpinWait();
        }
        String error = String.valueOf(guest.back("error"));
        assertTrue(error.contains(complaint), error);
        assertFalse(front.isRingInUse());
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        Path none = shared.resolve("none");
        LinuxException refused = assertThrows(LinuxException.class, () -> ShareBackEnd.open(0, "x", none, false));
        assertEquals(Errno.ENOENT, refused.errno());
        assertTrue(refused.getMessage().contains(none.toString()));
    }
}
