package dev.lodge.vmm.network.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.OpenFlag;
import dev.lodge.linux.Syscall;
import dev.lodge.linux.SystemCallNumber;
import dev.lodge.linux.TapDevice;
import dev.lodge.vmm.hypercall.AllocatedBytes;
import dev.lodge.vmm.network.Frame;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames from a pipe that keeps writes apart, as a tap interface does. */
class TapReaderTest {

    private static final int O_DIRECT = 0x4000;

    private final FileDescriptor device;
    private final FileDescriptor network;
    private final TapReader reader;
    private final MemorySegment frame = Arena.ofAuto().allocate(4096);

    TapReaderTest() {
        Syscall syscall = Syscall.current();
        MemorySegment ends = syscall.zeroedScratch(8);
        int flags = O_DIRECT | OpenFlag.O_NONBLOCK | OpenFlag.O_CLOEXEC;
        assertEquals(0, syscall.call(SystemCallNumber.PIPE2, syscall.scratchAddress(), flags, 0, 0, 0, 0));
        device = FileDescriptor.owned("tap", ends.get(ValueLayout.JAVA_INT, 0));
        network = FileDescriptor.owned("network", ends.get(ValueLayout.JAVA_INT, 4));
        reader = new TapReader(device);
    }

    @AfterEach
    void close() {
        reader.close();
        device.close();
        network.close();
    }

    private void arrives(int number, int length) {
        frame.fill((byte) number);
        assertEquals(length, network.write(frame, 0, length));
    }

    private static byte[] bytes(Frame frame, int length) {
        return frame.buffer().asSlice(TapReader.HEADER, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private void expect(int number, int length) {
        Frame next = theNext();
        byte[] expected = new byte[length];
        Arrays.fill(expected, (byte) number);
        assertArrayEquals(expected, bytes(next, reader.length()));
    }

    private Frame theNext() {
        Frame next = reader.next();
        assertNotNull(next);
        return next;
    }

    @Test
    void whereThereIsNothingItReadsNothing() {
        assertNull(reader.next());
        arrives(1, 100);
        expect(1, 100);
        assertNull(reader.next());
        assertNull(reader.next());
    }

    @Test
    void framesComeInTheirOrderHoweverManyThereAre() {
        Random random = new Random(5);
        int next = 0;
        for (int round = 0; round < 500; round++) {
            int count = random.nextInt(14);
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                lengths.add(TapDevice.HEADER_SIZE + 1 + random.nextInt(3_000));
                arrives(next + i, lengths.get(i));
            }
            for (int length : lengths) {
                expect(next++, length);
            }
            assertNull(reader.next());
        }
    }

    @Test
    void aFrameThatArrivesMeanwhileComesAfterThoseThatWereThere() {
        for (int i = 0; i < 200; i++) {
            arrives(i, 50);
            arrives(-i, 60);
            expect(i, 50);
            arrives(7, 70);
            expect(-i, 60);
            Frame last = reader.next();
            if (last == null) { // it was there too late, so the interface tells of it
                last = theNext();
            }
            assertEquals(7, bytes(last, reader.length())[69]);
            assertNull(reader.next());
        }
    }

    @Test
    void aFrameIsTheCallersUntilTheNextCall() {
        arrives(1, 50);
        arrives(2, 60);
        Frame first = theNext();
        for (int i = 3; i < 9; i++) {
            arrives(i, 70);
        }
        assertEquals(1, bytes(first, 50)[49]);
        expect(2, 60);
    }

    @Test
    void nothingIsAllocatedForAFrame() throws ReflectiveOperationException {
        for (int round = 0; ; round++) {
            long before = AllocatedBytes.ofThisThread();
            for (int i = 0; i < 20_000; i++) {
                network.write(frame, 0, 60);
                assertTrue(reader.next() != null);
                assertNull(reader.next());
            }
            long allocated = AllocatedBytes.ofThisThread() - before;
            if (round == 20 || allocated < 20_000) {
                assertTrue(allocated < 20_000, allocated + " bytes for 20,000 frames");
                break;
            }
        }
    }

    @Test
    void aDeviceThatIsGoneIsToldOf() {
        assertNull(reader.next());
        device.close();
        assertEquals(
                Errno.EBADF, assertThrows(LinuxException.class, reader::next).errno());
    }

    @Test
    void aFileThatIsOnlyReadByCallsOfItsOwnIsReadSo() throws IOException {
        Path version = Path.of("/proc/version");
        try (FileDescriptor file = FileDescriptor.open(version.toString(), OpenFlag.O_RDONLY);
                TapReader slow = new TapReader(file)) {
            Frame next = slow.next();
            assertNotNull(next);
            assertEquals(Files.readString(version), new String(bytes(next, slow.length()), StandardCharsets.UTF_8));
            assertNull(slow.next());
        }
    }
}
