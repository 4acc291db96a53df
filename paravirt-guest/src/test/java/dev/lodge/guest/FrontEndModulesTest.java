package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class FrontEndModulesTest {
    private final Path directory;

    FrontEndModulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void putsEveryModuleBehindThoseThatItDependsOn() throws IOException {
        add("kernel/net/9p/9pnet_xen.ko", TinyModule.with("depends=9pnet", "alias=xen:9pfs"));
        add("kernel/net/9p/9pnet.ko", TinyModule.with("license=GPL", "depends="));
        add("kernel/fs/9p/9p.ko", TinyModule.with("depends=9pnet,fscache,netfs", "alias=fs-9p"));
        add("kernel/fs/fscache.ko", TinyModule.with("depends=netfs"));
        add("kernel/fs/netfs.ko", TinyModule.with("depends="));
        add("kernel/drivers/block/xen-blkfront.ko", TinyModule.with("depends="));
        add("kernel/sound/snd.ko", TinyModule.with("depends="));
        var chosen = new FrontEndModules(new KernelModules(directory));

        assertEquals("""
                vbd xen-blkfront.ko
                9pfs 9pnet.ko
                9pfs 9pnet_xen.ko
                9pfs netfs.ko
                9pfs fscache.ko
                9pfs 9p.ko
                """, chosen.index());
        assertTrue(chosen.dependencies().contains("9p.ko: fscache.ko netfs.ko 9pnet.ko\n"), chosen.dependencies());
        assertEquals("alias xen:9pfs 9pnet_xen\nalias fs-9p 9p\n", chosen.aliases());
    }

    @Test
    void bringsFileSystemsToAGuestWithDisks() throws IOException {
        add("kernel/fs/ext4/ext4.ko", TinyModule.with("depends=jbd2", "alias=fs-ext4"));
        add("kernel/fs/jbd2/jbd2.ko", TinyModule.with("depends="));
        add("kernel/crypto/crc32c_generic.ko", TinyModule.with("depends="));
        add("kernel/fs/isofs/isofs.ko", TinyModule.with("depends=", "alias=iso9660"));
        var modules = new KernelModules(directory);

        assertEquals("", new FrontEndModules(modules).index());
        assertEquals("""
                fs-ext4 crc32c_generic.ko
                fs-ext4 jbd2.ko
                fs-ext4 ext4.ko
                fs-xfs crc32c_generic.ko
                fs-btrfs crc32c_generic.ko
                fs-iso9660 isofs.ko
                """, new FrontEndModules(modules.withFileSystems()).index());
    }

    @Test
    void takesHyphenAndUnderscoreForOne() throws IOException {
        add("kernel/xenfs.ko", TinyModule.with("depends=xen-privcmd"));
        add("kernel/xen-privcmd.ko", TinyModule.with("depends="));

        assertEquals("- xen-privcmd.ko\n- xenfs.ko\n", new FrontEndModules(new KernelModules(directory)).index());
    }

    @Test
    void unpacksCompressedModules() throws IOException {
        byte[] module = TinyModule.with("depends=", "description=" + "x".repeat(5000));
        var xz = new ByteArrayOutputStream();
        try (var out = new XZOutputStream(xz, new LZMA2Options())) {
            out.write(module);
        }
        add("kernel/overlay.ko.xz", xz.toByteArray());
        add("kernel/xenfs.ko.zst", Zstd.compress(module));
        var chosen = new FrontEndModules(new KernelModules(directory));

        assertEquals("- overlay.ko\n- xenfs.ko\n", chosen.index());
        for (FrontEndModules.Module each : chosen.modules().values()) {
            assertEquals(ByteBuffer.wrap(module), ByteBuffer.wrap(each.content));
        }
    }

    @Test
    void prefersAnUpdatedModule() throws IOException {
        add("kernel/overlay.ko", TinyModule.with("alias=old"));
        add("updates/overlay.ko", TinyModule.with("alias=new"));

        assertEquals("alias new overlay\n", new FrontEndModules(new KernelModules(directory)).aliases());
    }

    @Test
    void isContentWithAKernelThatHasNoModules() throws IOException {
        assertEquals("", new FrontEndModules(new KernelModules(directory)).index());
    }

    @Test
    void namesAMissingDependency() throws IOException {
        add("kernel/xen-netfront.ko", TinyModule.with("depends=gone"));

        assertEquals("the kernel module xen_netfront needs gone, which is not there", refusal());
    }

    @Test
    void refusesModulesThatDependOnEachOther() throws IOException {
        add("kernel/overlay.ko", TinyModule.with("depends=other"));
        add("kernel/other.ko", TinyModule.with("depends=overlay"));

        assertEquals("the kernel module overlay depends on itself by way of other", refusal());
    }

    @Test
    void refusesModulesThatAreDamaged() throws IOException {
        byte[] whole = TinyModule.with("depends=");
        for (int length = 0; length < whole.length; length++) {
            add("kernel/overlay.ko", Arrays.copyOf(whole, length));
            assertThrows(
                    IOException.class, () -> new FrontEndModules(new KernelModules(directory)), "cut to " + length);
        }
        for (int field = 0x28; field <= 0x2c; field += 4) {
            byte[] wild = whole.clone();
            ByteBuffer.wrap(wild).order(ByteOrder.LITTLE_ENDIAN).putInt(field, -1);
            add("kernel/overlay.ko", wild);
            assertThrows(IOException.class, () -> new FrontEndModules(new KernelModules(directory)));
        }
        add("kernel/overlay.ko.xz", new byte[] {1, 2, 3});
        assertTrue(refusal().contains("overlay.ko.xz"), refusal());
    }

    private String refusal() {
        return String.valueOf(assertThrows(IOException.class, () -> new FrontEndModules(new KernelModules(directory)))
                .getMessage());
    }

    private void add(String path, byte[] content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.write(file, content);
    }
}
