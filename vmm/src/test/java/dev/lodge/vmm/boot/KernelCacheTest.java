package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelCacheTest {

    private static final int MIB = 1 << 20;
    private static final byte[] CODE = Kernels.noise(50_001);

    private Path directory = Path.of("");
    private Path kernel = Path.of("");
    private Path root = Path.of("");

    @BeforeEach
    void writeAKernel(@TempDir Path fresh) throws IOException {
        directory = fresh;
        root = directory.resolve("cache");
        kernel = Files.write(directory.resolve("vmlinuz"), BzImageBuilder.around(BzImageBuilder.gzip(elf(CODE))));
    }

    private static byte[] elf(byte[] code) {
        byte[] sites = {0x0f, 0x01, (byte) 0xd9, (byte) 0xc3, 0x0f, 0x01, (byte) 0xc1, (byte) 0xc3};
        return ElfBuilder.elf64()
                .load(5, 2 * MIB, sites, 10_000)
                .load(6, 3 * MIB + 0x123, code, 60_000)
                .entryNote(2 * MIB)
                .linuxNote()
                .build();
    }

    @Test
    void theSecondRunReadsTheCacheAndNotTheKernel() throws IOException {
        KernelDescription cold = load(KernelCache.at(root));
        KernelDescription warm = load(KernelCache.at(root));
        assertEquals(cold.withExtents(List.of()), warm.withExtents(List.of()));
        assertInstanceOf(HypercallSites.Found.class, warm.sites());
        try (LoadableKernel loaded = KernelCache.at(root).load(kernel)) {
            assertInstanceOf(FileBytes.class, loaded.bytes());
            assertEquals(BzImageBuilder.RELEASE, loaded.release());
        }
    }

    @Test
    void extentsBeginAsFarIntoAPageAsTheirAddresses() throws IOException {
        load(KernelCache.at(root));
        for (KernelDescription.Extent extent : load(KernelCache.at(root)).extents()) {
            assertEquals(extent.address() % 4096, extent.offset() % 4096);
        }
    }

    @Test
    void aFileWithAKnownStampIsNotReadAgain() throws IOException {
        var index = new PathIndex(new CacheDirectory(root));
        var stamp = new FileStamp(1, 2, 3, 4, 5);
        index.put(kernel, stamp, "abc");
        assertEquals("abc", index.find(kernel, stamp));
        assertNull(index.find(kernel.resolveSibling("other"), stamp));
        for (FileStamp other : List.of(
                new FileStamp(9, 2, 3, 4, 5),
                new FileStamp(1, 9, 3, 4, 5),
                new FileStamp(1, 2, 9, 4, 5),
                new FileStamp(1, 2, 3, 9, 5),
                new FileStamp(1, 2, 3, 4, 9))) {
            assertNull(index.find(kernel, other));
        }
    }

    @Test
    void aFileThatChangedJustNowIsNotTrustedByItsStamp() throws IOException {
        assertTrue(FileStamp.of(kernel).isRacy(System.currentTimeMillis()));
        assertFalse(new FileStamp(0, 0, 0, 0, 0).isRacy(System.currentTimeMillis()));
        load(KernelCache.at(root));
        assertNull(new PathIndex(new CacheDirectory(root)).find(kernel, FileStamp.of(kernel)));
    }

    @Test
    void aKernelReplacedAtTheSamePathIsNoticed() throws IOException {
        load(KernelCache.at(root));
        byte[] other = CODE.clone();
        other[0] ^= 1;
        Files.write(kernel, elf(other));
        var memory = new TestMemory(8 * MIB);
        try (LoadableKernel loaded = KernelCache.at(root).load(kernel)) {
            loaded.loadInto(memory);
        }
        assertArrayEquals(other, memory.bytes(3 * MIB + 0x123, other.length));
    }

    @Test
    void aBodyThatWasCopiedIsReadAndTrustedAgain() throws IOException {
        load(KernelCache.at(root));
        Path copy = directory.resolve("copy");
        copyTree(root, copy);
        String key = Objects.requireNonNull(body(copy).getFileName()).toString();
        assertTrue(new CacheStore(new CacheDirectory(copy)).find("kernel", key) != null);
        load(KernelCache.at(copy));
    }

    @Test
    void everyDamageToTheCacheIsFoundAndRepaired() throws IOException {
        load(KernelCache.at(root));
        Path body = body(root);
        Path meta = body.resolveSibling(body.getFileName() + ".meta");
        List<Damage> damages = List.of(
                () -> Files.write(body, new byte[0]),
                () -> truncate(body),
                () -> flip(body, 5000),
                () -> Files.delete(body),
                () -> Files.write(meta, new byte[0]),
                () -> Files.write(meta, new byte[100]),
                () -> truncate(meta),
                () -> flip(meta, 0),
                () -> flip(meta, 4),
                () -> flip(meta, 60),
                () -> Files.delete(meta));
        for (Damage damage : damages) {
            damage.happen();
            assertNull(new CacheStore(new CacheDirectory(root)).find("kernel", body.getFileName() + ""));
            load(KernelCache.at(root));
            try (LoadableKernel repaired = KernelCache.at(root).load(kernel)) {
                assertInstanceOf(FileBytes.class, repaired.bytes());
            }
        }
    }

    @Test
    void aRecordWithAnySoundChecksumButNoSenseCountsAsNone() throws IOException {
        load(KernelCache.at(root));
        var store = new CacheStore(new CacheDirectory(root));
        String key = body(root).getFileName() + "";
        CacheStore.Entry entry = Objects.requireNonNull(store.find("kernel", key));
        for (int length = 0; length < entry.words().limit(); length++) {
            assertNull(KernelRecord.decode(
                    entry.words().duplicate().order(entry.words().order()).limit(length)));
        }
    }

    @Test
    void aCacheThatCannotBeWrittenStopsNobody() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[0]);
        load(KernelCache.at(file));
        load(KernelCache.at(file.resolve("below")));
        load(KernelCache.at(Path.of("/proc/lodge")));
        load(KernelCache.none());
    }

    @Test
    void aCacheThatOthersMayWriteToIsNotTrusted() throws IOException {
        load(KernelCache.at(root));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (LoadableKernel loaded = KernelCache.at(root).load(kernel)) {
            assertInstanceOf(MemoryBytes.class, loaded.bytes());
        }
    }

    @Test
    void onlyTheNewestKernelsAreKept() throws IOException {
        for (int i = 0; i < 12; i++) {
            byte[] code = CODE.clone();
            code[7] = (byte) i;
            Files.write(kernel, elf(code));
            load(KernelCache.at(root), code);
            for (Path file : files(root.resolve("kernel"))) {
                FileTime modified = Files.getLastModifiedTime(file);
                Files.setLastModifiedTime(file, FileTime.fromMillis(modified.toMillis() - 10_000));
            }
        }
        assertEquals(2 * 8, files(root.resolve("kernel")).size());
        try (LoadableKernel newest = KernelCache.at(root).load(kernel)) {
            assertInstanceOf(FileBytes.class, newest.bytes());
        }
    }

    @Test
    void whatADeadProcessLeftIsRemoved() throws IOException {
        load(KernelCache.at(root));
        Path left = Files.write(root.resolve("kernel").resolve(".dead.1.1"), new byte[1]);
        Path recent = Files.write(root.resolve("kernel").resolve(".alive.1.1"), new byte[1]);
        Files.setLastModifiedTime(left, FileTime.fromMillis(System.currentTimeMillis() - 4_000_000));
        new CacheDirectory(root).evict("kernel", 8);
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(recent));
    }

    @Test
    void manyAtOnceAllGetTheirKernel() throws InterruptedException {
        var failure = new AtomicReference<@Nullable Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, e) -> failure.set(e))
                    .start(() -> {
                        for (int run = 0; run < 5; run++) {
                            load(KernelCache.at(root));
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get());
    }

    @Test
    void aDerivedFileIsMadeOnce() throws IOException {
        KernelCache cache = KernelCache.at(root);
        Path file = cache.derived("initramfs", "abc", out -> out.write(42));
        assertArrayEquals(new byte[] {42}, Files.readAllBytes(file));
        assertEquals(file, cache.derived("initramfs", "abc", KernelCacheTest::fail));
        assertArrayEquals(new byte[] {7}, Files.readAllBytes(cache.derived("initramfs", "abd", out -> out.write(7))));
    }

    @Test
    void aDerivedFileIsMadeElsewhereIfTheCacheCannotBeWritten() throws IOException {
        Path file = KernelCache.at(Path.of("/proc/lodge")).derived("initramfs", "abc", out -> out.write(42));
        assertArrayEquals(new byte[] {42}, Files.readAllBytes(file));
        Files.delete(file);
    }

    @Test
    void aDerivedFileThatCannotBeMadeIsRefused() {
        Refusals.assertRefused(
                () -> KernelCache.at(root).derived("initramfs", "abc", KernelCacheTest::fail),
                "cannot make the initramfs",
                "no such module");
    }

    @Test
    void namesThatLeaveTheCacheAreAnError() {
        KernelCache cache = KernelCache.at(root);
        for (String name : List.of("", "..", "a/b", ".x", "kernel", "path")) {
            assertThrows(IllegalArgumentException.class, () -> cache.derived(name, "k", KernelCacheTest::fail));
        }
        assertThrows(IllegalArgumentException.class, () -> cache.derived("k", "../x", KernelCacheTest::fail));
    }

    @Test
    void theUsersCacheIsWhereTheEnvironmentSays() {
        assertEquals(Path.of("/l"), KernelCache.locate(Map.of("LODGE_CACHE", "/l", "XDG_CACHE_HOME", "/x"), "/h"));
        assertEquals(Path.of("/x/lodge"), KernelCache.locate(Map.of("XDG_CACHE_HOME", "/x"), "/h"));
        assertEquals(Path.of("/h/.cache/lodge"), KernelCache.locate(Map.of("XDG_CACHE_HOME", "relative"), "/h"));
        assertEquals(Path.of("/h/.cache/lodge"), KernelCache.locate(Map.of("LODGE_CACHE", ""), "/h"));
        assertNull(KernelCache.locate(Map.of(), "?"));
    }

    /** Something that happens to a cache. */
    private interface Damage {
        void happen() throws IOException;
    }

    private KernelDescription load(KernelCache cache) {
        return load(cache, CODE);
    }

    private KernelDescription load(KernelCache cache, byte[] code) {
        var memory = new TestMemory(8 * MIB);
        try (LoadableKernel loaded = cache.load(kernel)) {
            loaded.loadInto(memory);
            assertArrayEquals(code, memory.bytes(3 * MIB + 0x123, code.length));
            assertEquals(0xd9010f, memory.int32(2 * MIB) & 0xffffff);
            return loaded.description();
        }
    }

    private static void fail(OutputStream out) throws IOException {
        throw new IOException("no such module");
    }

    private static Path body(Path cache) throws IOException {
        for (Path file : files(cache.resolve("kernel"))) {
            if (!file.toString().endsWith(".meta")) {
                return file;
            }
        }
        throw new AssertionError("the cache is empty");
    }

    private static List<Path> files(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.toList();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void truncate(Path file) throws IOException {
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(access.length() - 1);
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }
}
