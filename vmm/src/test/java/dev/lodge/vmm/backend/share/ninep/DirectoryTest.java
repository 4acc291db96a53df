package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.OpenFlag;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Attributes;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Qid;
import dev.lodge.vmm.backend.share.ninep.FakeClient.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {
    private final Path shared;
    private final FakeClient client;

    DirectoryTest(@TempDir Path folder) {
        shared = folder;
        client = FakeClient.attached(folder, false);
    }

    @AfterEach
    void close() {
        client.close();
    }

    record Entry(Qid qid, long offset, int type, String name) {}

    static List<Entry> entries(Reply reply) {
        List<Entry> entries = new ArrayList<>();
        assertEquals(reply.ok().u32(), reply.remaining());
        while (reply.remaining() > 0) {
            entries.add(new Entry(reply.qid(), reply.u64(), reply.u8(), reply.string()));
        }
        return entries;
    }

    private void openRoot(int fid) {
        client.call(MessageType.TWALK, FakeClient.ROOT, fid, (short) 0).ok();
        client.call(MessageType.TLOPEN, fid, OpenFlag.O_RDONLY).ok();
    }

    /** On file systems whose places are numbers in a row, one that goes back after a removal misses files. */
    @ParameterizedTest
    @ValueSource(ints = {300, 1000, 8192})
    void whatIsLeftIsListedWhileOthersAreRemoved(int count) throws IOException {
        Set<String> left = new TreeSet<>(Set.of(".", ".."));
        for (int i = 0; i < 1000; i++) {
            left.add(Files.createFile(shared.resolve("n".repeat(1 + i % 13) + i))
                    .getFileName()
                    .toString());
        }
        openRoot(1);
        assertEquals(left, listInParts(1, count, entry -> {
            if (entry.name().endsWith("7")) {
                assertTrue(shared.resolve(entry.name()).toFile().delete());
            }
        }));
    }

    /** All names that an open directory has, asked for in parts of so many bytes. */
    private Set<String> listInParts(int fid, int count, Consumer<Entry> visitor) {
        Set<String> seen = new TreeSet<>();
        List<Entry> entries = entries(client.call(MessageType.TREADDIR, fid, 0L, count));
        while (!entries.isEmpty()) {
            for (Entry entry : entries) {
                assertTrue(seen.add(entry.name()), entry.name() + " twice");
                visitor.accept(entry);
            }
            entries = entries(
                    client.call(MessageType.TREADDIR, fid, entries.getLast().offset(), count));
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 1000, 8192, FakeClient.MESSAGE_SIZE, Integer.MAX_VALUE, -1})
    void aLargeDirectoryIsListedInParts(int count) throws IOException {
        Set<String> expected = new TreeSet<>(Set.of(".", ".."));
        for (int i = 0; i < 2000; i++) {
            String name = "file-" + i + "-" + "x".repeat(i % 200);
            Files.createFile(shared.resolve(name));
            expected.add(name);
        }
        openRoot(1);
        assertEquals(expected, listInParts(1, count, entry -> {}));
    }

    @Test
    void anEntryTellsItsInodeAndKind() throws IOException {
        Files.createDirectory(shared.resolve("directory"));
        Files.createFile(shared.resolve("file"));
        Files.createSymbolicLink(shared.resolve("link"), Path.of("file"));
        openRoot(1);
        for (Entry entry : entries(client.call(MessageType.TREADDIR, 1, 0L, 8192))) {
            if (!entry.name.startsWith(".")) {
                client.walk(2, entry.name).ok();
                Attributes status = client.attributes(2);
                assertEquals(status.qid().path(), entry.qid.path(), entry.name);
                assertEquals(status.qid().type(), entry.qid.type(), entry.name);
                assertEquals((status.mode() & 0xf000) >> 12, entry.type, entry.name);
                assertEquals(0, client.clunk(2));
            }
        }
    }

    @Test
    void readingBeginsAnewAndGoesOnAnywhere() throws IOException {
        for (int i = 0; i < 50; i++) {
            Files.createFile(shared.resolve("file" + i));
        }
        openRoot(1);
        List<Entry> all = entries(client.call(MessageType.TREADDIR, 1, 0L, 8192));
        assertEquals(52, all.size());
        assertEquals(all, entries(client.call(MessageType.TREADDIR, 1, 0L, 8192)));
        List<Entry> rest = entries(client.call(MessageType.TREADDIR, 1, all.get(20).offset, 8192));
        assertEquals(all.subList(21, 52), rest);
        assertEquals(List.of(), entries(client.call(MessageType.TREADDIR, 1, all.getLast().offset, 8192)));
    }

    @Test
    void whatIsNoOpenDirectoryIsNotListed() throws IOException {
        Files.createFile(shared.resolve("file"));
        assertEquals(0, client.open(1, "file", OpenFlag.O_RDONLY));
        assertEquals(
                Errno.ENOTDIR, client.call(MessageType.TREADDIR, 1, 0L, 8192).errno());
        assertEquals(
                Errno.EBADF,
                client.call(MessageType.TREADDIR, FakeClient.ROOT, 0L, 8192).errno());
        openRoot(2);
        assertEquals(
                Errno.EINVAL, client.call(MessageType.TREADDIR, 2, -1L, 8192).errno());
        assertEquals(
                0,
                client.call(MessageType.TREADDIR, 2, Long.MAX_VALUE, 8192).ok().u32());
        assertEquals(Errno.EISDIR, client.call(MessageType.TREAD, 2, 0L, 10).errno());
    }

    @Test
    void anotherFileSystemsInodesAreToldApart() {
        Qids qids = new Qids(7);
        assertEquals(5, qids.path(7, 5));
        assertTrue(qids.path(8, 5) < 0);
        assertTrue(qids.path(8, 5) != qids.path(9, 5));
        assertTrue(qids.path(7, -5) < 0);
    }
}
