package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsTest {
    private static final Path FETCHED = Path.of("../build/guest");

    private final Path directory;
    private final Path busybox;
    private final Path modules;

    private static final class Entry {
        private final long mode;
        private final byte[] content;

        private Entry(long mode, byte[] content) {
            this.mode = mode;
            this.content = content;
        }

        private String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    InitramfsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Path installed = Path.of("/bin/busybox");
        busybox = Files.exists(installed) ? installed : FETCHED.resolve("busybox");
        modules = Files.createDirectories(directory.resolve("lib/modules/1.2.3"));
        Files.write(modules.resolve("xen-blkfront.ko"), TinyModule.with("depends=", "alias=xen:vbd"));
    }

    @Test
    void carriesTheJobAloneInASmallArchive() throws IOException {
        byte[] archive = Initramfs.job(Job.of("true"), new byte[] {1, 2, 3});

        assertEquals(0, archive.length % 4);
        assertArrayEquals(new byte[] {1, 2, 3}, entry(read(archive), ".lodge/seed").content);
        assertEquals(
                "lodge-job-3|/||||1|true|0|0|",
                entry(read(archive), ".lodge/job").text().replace('\0', '|'));
    }

    @Test
    void buildsAWholeSystem() throws IOException {
        assumeTrue(Files.exists(busybox), "no static busybox: run tools/guest");
        var entries = read(base("a"));

        assertArrayEquals(agent(), entry(entries, ".lodge/init").content);
        assertEquals(0100755, entry(entries, ".lodge/init").mode);
        assertEquals(".lodge/init", entry(entries, "init").text());
        assertArrayEquals(Files.readAllBytes(busybox), entry(entries, "bin/busybox").content);
        assertEquals("/bin/busybox", entry(entries, "bin/sh").text());
        assertEquals(0120777, entry(entries, "bin/sh").mode);
        assertEquals(041777, entry(entries, "tmp").mode);
        assertTrue(entry(entries, "etc/passwd").text().startsWith("root:x:0:0:"));
        assertEquals(
                "vbd xen-blkfront.ko\n", entry(entries, ".lodge/modules/index").text());
        assertEquals("/.lodge/modules", entry(entries, "lib/modules/1.2.3").text());
    }

    @Test
    void addsEveryDirectoryBeforeWhatItHolds() throws IOException {
        assumeTrue(Files.exists(busybox), "no static busybox: run tools/guest");
        var seen = new LinkedHashMap<String, Entry>();
        for (Map.Entry<String, Entry> each : read(base("a")).entrySet()) {
            int slash = each.getKey().lastIndexOf('/');
            if (slash > 0) {
                Entry parent = entry(seen, each.getKey().substring(0, slash));
                assertEquals(0040000, parent.mode & 0170000, each.getKey());
            }
            seen.put(each.getKey(), each.getValue());
        }
    }

    @Test
    void givesEqualBytesForEqualInput() throws IOException {
        assumeTrue(Files.exists(busybox), "no static busybox: run tools/guest");
        assertArrayEquals(base("a"), base("b"));
    }

    @Test
    void addsToAUsersImageTheAgentAlone() throws IOException {
        Path out = directory.resolve("agent");
        Initramfs.writeAgent(out, null);

        assertEquals(
                "[.lodge, .lodge/init]", read(Files.readAllBytes(out)).keySet().toString());
        assertEquals(0, Files.size(out) % 4);
    }

    @Test
    void isReadableByCpio() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/usr/bin/cpio")) || Files.exists(Path.of("/bin/cpio")), "no cpio here");
        Path out = directory.resolve("agent");
        Initramfs.writeAgent(out, new KernelModules(modules));
        Process cpio = new ProcessBuilder("cpio", "-it", "--quiet")
                .redirectInput(out.toFile())
                .start();
        String listing = new String(cpio.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, cpio.waitFor());
        assertTrue(listing.contains(".lodge/modules/xen-blkfront.ko\n"), listing);
    }

    @Test
    void namesDifferentContentDifferently() throws IOException {
        assumeTrue(Files.exists(busybox), "no static busybox: run tools/guest");
        var some = new KernelModules(modules);
        String key = Initramfs.key(busybox, some);

        assertEquals(key, Initramfs.key(busybox, some));
        assertNotEquals(key, Initramfs.key(busybox, null));
        assertNotEquals(key, Initramfs.key(null, some));
        assertNotEquals(key, Initramfs.key(busybox, some.withFileSystems()));
        Files.setLastModifiedTime(modules, FileTime.fromMillis(1));
        assertNotEquals(key, Initramfs.key(busybox, some));
    }

    @Test
    void refusesAProgramThatIsNoStaticBusybox() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "#!/bin/sh\n");
        Path out = directory.resolve("out");

        assertThrows(IOException.class, () -> Initramfs.writeBase(out, directory.resolve("gone"), null));
        assertThrows(IOException.class, () -> Initramfs.writeBase(out, text, null));
        String refusal =
                String.valueOf(assertThrows(IOException.class, () -> Initramfs.writeBase(out, Path.of("/bin/ls"), null))
                        .getMessage());
        assertTrue(refusal.contains("busybox-static"), refusal);
        assertTrue(Files.notExists(out));
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        Path target = Files.createDirectory(directory.resolve("cache"));
        Files.write(modules.resolve("overlay.ko"), new byte[10]);

        assertThrows(IOException.class, () -> Initramfs.writeAgent(target.resolve("x"), new KernelModules(modules)));
        try (var left = Files.list(target)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void takesTheFrontEndsOfDebiansKernels() throws IOException {
        Path kernels = FETCHED.resolve("kernels");
        assumeTrue(Files.isDirectory(kernels), "no kernels: run tools/guest");
        try (var all = Files.newDirectoryStream(kernels)) {
            for (Path kernel : all) {
                KernelModules found = KernelModules.find(kernel.resolve("boot/vmlinuz-" + kernel.getFileName()));
                if (found == null) {
                    throw new AssertionError(kernel + " without modules");
                }
                String index = new FrontEndModules(found).index();
                assertTrue(index.startsWith("vbd xen-blkfront.ko\nvif xen-netfront.ko\n"), kernel + ": " + index);
                boolean generic = !kernel.getFileName().toString().contains("cloud");
                assertEquals(generic, index.contains("9pfs 9p.ko"), kernel + ": " + index);
            }
        }
    }

    private byte[] base(String name) throws IOException {
        Path out = directory.resolve(name);
        Initramfs.writeBase(out, busybox, new KernelModules(modules));
        return Files.readAllBytes(out);
    }

    private static byte[] agent() throws IOException {
        try (var in = Initramfs.class.getResourceAsStream("init")) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private static Entry entry(Map<String, Entry> entries, String path) {
        Entry entry = entries.get(path);
        if (entry == null) {
            throw new AssertionError("no " + path + " in " + entries.keySet());
        }
        return entry;
    }

    private static SequencedMap<String, Entry> read(byte[] archive) throws IOException {
        var entries = new LinkedHashMap<String, Entry>();
        try (var in = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                assertEquals(0, e.getTime(), e.getName());
                Entry before = entries.put(e.getName(), new Entry(e.getMode(), in.readAllBytes()));
                assertEquals(null, before, e.getName() + " comes twice");
            }
        }
        return entries;
    }
}
