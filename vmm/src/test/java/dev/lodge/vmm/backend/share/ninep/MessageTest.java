package dev.lodge.vmm.backend.share.ninep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.OpenFlag;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Raw;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Conformance to {@code net/9p/9p.h}'s messages, and what becomes of bytes that are none. */
class MessageTest {
    @Test
    void theFirstMessageAgreesUponSizeAndDialect(@TempDir Path folder) {
        try (FakeClient client = FakeClient.silent(folder, false, FakeClient.limits())) {
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TATTACH, 0, -1, "root", "", 0).errno());
            Reply reply = client.call(MessageType.TVERSION, 1 << 20, "9P2000.L").ok();
            assertEquals(FakeClient.MESSAGE_SIZE, reply.u32());
            assertEquals("9P2000.L", reply.string());
            assertEquals(
                    FakeClient.MESSAGE_SIZE,
                    client.call(MessageType.TVERSION, -1, "9P2000.L").ok().u32());
            assertEquals(
                    4096,
                    client.call(MessageType.TVERSION, 4096, "9P2000.L").ok().u32());
            assertEquals(
                    Errno.EMSGSIZE,
                    client.call(MessageType.TVERSION, 4095, "9P2000.L").errno());
            reply = client.call(MessageType.TVERSION, 8192, "9P2000.u").ok();
            reply.u32();
            assertEquals("unknown", reply.string());
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TATTACH, 0, -1, "root", "", 0).errno());
        }
    }

    @Test
    void thereIsOneTreeAndNoAuthentication(@TempDir Path folder) {
        try (FakeClient client = FakeClient.attached(folder, false)) {
            client.call(MessageType.TATTACH, 1, -1, "nobody", "/", 1000).ok();
            assertEquals(
                    Errno.ENOENT,
                    client.call(MessageType.TATTACH, 2, -1, "root", "/etc", 0).errno());
            assertEquals(
                    Errno.EINVAL,
                    client.call(MessageType.TATTACH, 2, 0, "root", "", 0).errno());
            assertEquals(Errno.EOPNOTSUPP, client.call(102, 2, "root", "", 0).errno(), "Tauth");
            client.call(MessageType.TFLUSH, (short) 3).ok();
        }
    }

    /** Of no message, nor of any that has fewer or more bytes than it should. */
    @ParameterizedTest
    @MethodSource("types")
    void aMessageIsAsLongAsItsFields(int type) throws Exception {
        Path folder = Files.createTempDirectory("lodge-message");
        try (FakeClient client = FakeClient.attached(folder, false)) {
            for (int length = 0; length < 80; length++) {
                Reply reply = client.call(type, new Raw(new byte[length]));
                boolean known = reply.errno() != Errno.EOPNOTSUPP;
                if (known && length > 70) {
                    assertEquals(Errno.EPROTO, reply.errno(), type + " with " + length + " bytes");
                }
            }
            assertEquals(0, folder.toFile().list().length);
        }
        Files.delete(folder);
    }

    static IntStream types() {
        // All but Tclunk and those that may take a run of zero bytes for what they are.
        return IntStream.range(0, 256).filter(type -> type != MessageType.TWALK);
    }

    @Test
    void aStringLongerThanItsMessageIsNoString(@TempDir Path folder) {
        try (FakeClient client = FakeClient.attached(folder, false)) {
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TMKDIR, FakeClient.ROOT, (short) -1, new Raw(new byte[100]))
                            .errno());
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TWALK, FakeClient.ROOT, 1, (short) 17, new Raw(new byte[34]))
                            .errno());
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TWALK, FakeClient.ROOT, 1, (short) 2, "a")
                            .errno());
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TWRITE, FakeClient.ROOT, 0L, -1, new Raw(new byte[100]))
                            .errno());
            assertEquals(
                    Errno.EPROTO,
                    client.call(MessageType.TWRITE, FakeClient.ROOT, 0L, 101, new Raw(new byte[100]))
                            .errno());
            assertEquals(
                    Errno.ENAMETOOLONG,
                    client.call(MessageType.TMKDIR, FakeClient.ROOT, "n".repeat(256), 0755, 0)
                            .errno());
            assertEquals(
                    Errno.ENAMETOOLONG,
                    client.call(MessageType.TSYMLINK, FakeClient.ROOT, "link", "t".repeat(5000), 0)
                            .errno());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "4, 5", "9, 0", "1000, 0", "4611686018427387904, 0"})
    void aReadEndsWithTheFile(long offset, int expected, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("file"), "some text");
        try (FakeClient client = FakeClient.attached(folder, false)) {
            assertEquals(0, client.open(1, "file", OpenFlag.O_RDONLY));
            assertEquals(expected, client.read(1, offset, 100).length);
            assertEquals(
                    Errno.EINVAL, client.call(MessageType.TREAD, 1, -1L, 100).errno());
            assertEquals(
                    Errno.EBADF,
                    client.call(MessageType.TWRITE, 1, 0L, 1, new Raw(new byte[1]))
                            .errno());
        }
    }

    @Test
    void aReadIsNoLongerThanAMessage(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("file"), new byte[100_000]);
        try (FakeClient client = FakeClient.attached(folder, false)) {
            assertEquals(0, client.open(1, "file", OpenFlag.O_RDONLY));
            assertEquals(FakeClient.MESSAGE_SIZE - 11, client.read(1, 0, -1).length);
            assertEquals(FakeClient.MESSAGE_SIZE - 11, client.read(1, 0, 100_000).length);
            client.call(MessageType.TVERSION, 4096, "9P2000.L").ok();
            client.call(MessageType.TATTACH, FakeClient.ROOT, -1, "root", "", 0).ok();
            assertEquals(0, client.open(1, "file", OpenFlag.O_RDONLY));
            assertEquals(4096 - 11, client.read(1, 0, 100_000).length);
            client.call(MessageType.TSYMLINK, FakeClient.ROOT, "short", "t".repeat(4000), 0)
                    .ok();
            client.call(MessageType.TSYMLINK, FakeClient.ROOT, "long", "t".repeat(4087), 0)
                    .ok();
            assertEquals(0, client.walkAll(2, "short"));
            assertEquals(
                    4000, client.call(MessageType.TREADLINK, 2).ok().string().length());
            assertEquals(0, client.walkAll(3, "long"));
            assertEquals(
                    Errno.ENAMETOOLONG, client.call(MessageType.TREADLINK, 3).errno());
        }
    }

    @Test
    void whereNothingMayChangeNothingDoes(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("file"), "some text");
        try (FakeClient client = FakeClient.attached(folder, true)) {
            assertEquals(0, client.open(1, "file", OpenFlag.O_RDONLY));
            assertEquals("some text", new String(client.read(1, 0, 100), UTF_8));
            assertEquals(Errno.EROFS, client.open(2, "file", OpenFlag.O_WRONLY));
            assertEquals(Errno.EROFS, client.open(3, "file", OpenFlag.O_RDWR));
            assertEquals(Errno.EROFS, client.open(4, "file", OpenFlag.O_TRUNC));
            Object[][] changes = {
                {MessageType.TMKDIR, 0, "x", 0755, 0},
                {MessageType.TLCREATE, 0, "x", 0x42, 0644, 0},
                {MessageType.TSYMLINK, 0, "x", "y", 0},
                {MessageType.TMKNOD, 0, "x", 0x1000, 0, 0, 0},
                {MessageType.TLINK, 0, 1, "x"},
                {MessageType.TRENAME, 1, 0, "x"},
                {MessageType.TRENAMEAT, 0, "file", 0, "x"},
                {MessageType.TUNLINKAT, 0, "file", 0},
                {MessageType.TSETATTR, 1, 1, 0, 0, 0, 0L, 0L, 0L, 0L, 0L},
                {MessageType.TXATTRCREATE, 1, "user.x", 1L, 0},
                {MessageType.TWRITE, 1, 0L, 1, new Raw(new byte[1])},
                {MessageType.TREMOVE, 1},
            };
            for (Object[] change : changes) {
                Object[] fields = java.util.Arrays.copyOfRange(change, 1, change.length);
                Reply reply = client.call((Integer) change[0], fields);
                assertEquals(Errno.EROFS, reply.errno(), "request " + change[0]);
            }
            assertEquals(Errno.EBADF, client.clunk(1), "Tremove lets go of its fid all the same");
        }
        assertEquals("some text", Files.readString(folder.resolve("file")));
        assertEquals(1, folder.toFile().list().length);
    }

    @Test
    void whoIsNotRootOwnsWhatHeSharesAsRoot(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("file"), "");
        int uid = (Integer) Files.getAttribute(folder.resolve("file"), "unix:uid");
        int gid = (Integer) Files.getAttribute(folder.resolve("file"), "unix:gid");
        Ownership[] ways = {Ownership.mapped(uid, gid), Ownership.mapped(uid + 1, gid + 1)};
        int[] seen = {0, uid};
        for (int i = 0; i < ways.length; i++) {
            try (FakeClient client = FakeClient.attached(folder, false, ways[i], FakeClient.limits())) {
                assertEquals(0, client.walkAll(1, "file"));
                assertEquals(seen[i], client.attributes(1).uid());
            }
        }
        try (FakeClient client = FakeClient.attached(folder, false, ways[0], FakeClient.limits())) {
            client.call(MessageType.TMKDIR, FakeClient.ROOT, "made", 0755, 1234).ok();
            assertEquals(gid, Files.getAttribute(folder.resolve("made"), "unix:gid"));
        }
        assertFalse(ways[0].givesAway());
        assertTrue(Ownership.passthrough().givesAway());
    }

    /** Any bytes are answered, and harm nothing outside. */
    @Test
    void noBytesAreTooStrange(@TempDir Path folder) throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(folder.resolve("outside"), "stays");
        Random random = new Random(9);
        try (FakeClient client = FakeClient.attached(shared, false)) {
            for (int i = 0; i < 20_000; i++) {
                byte[] message = new byte[7 + random.nextInt(120)];
                random.nextBytes(message);
                int type = random.nextInt(130);
                message[4] = (byte) (type == MessageType.TVERSION ? MessageType.TWALK : type);
                for (int at = 7; at < message.length; at++) {
                    message[at] = random.nextInt(3) == 0 ? message[at] : (byte) random.nextInt(3);
                }
                client.send(message);
            }
        }
        assertEquals("stays", Files.readString(folder.resolve("outside")));
        assertEquals(2, folder.toFile().list().length);
    }
}
