package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelModulesTest {
    private final Path directory;

    KernelModulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void readsTheVersionInABzImage() throws IOException {
        assertEquals(
                "6.1.0-44-cloud-amd64",
                KernelModules.versionOf(bzImage("6.1.0-44-cloud-amd64 (builder) #1 SMP", 0x300)));
        assertEquals("6.12.95+deb12-amd64", KernelModules.versionOf(bzImage("6.12.95+deb12-amd64\0", 0x300)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4300, 0xffff})
    void readsTheVersionWhereverItsSixteenBitsPoint(int versionOffset) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(0x2_0000).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(0x202, 0x53726448).putShort(0x20e, (short) versionOffset);
        image.put(0x200 + versionOffset, "7.3.4 (builder)".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("7.3.4", KernelModules.versionOf(Files.write(directory.resolve("image"), image.array())));
    }

    @Test
    void findsModulesBesideTheKernel() throws IOException {
        Path modules = Files.createDirectories(directory.resolve("lib/modules/9.9.9-test"));
        Path kernel = Files.createDirectory(directory.resolve("boot")).resolve("any-name");
        Files.move(bzImage("9.9.9-test ", 0x300), kernel);

        assertEquals(new KernelModules(modules), KernelModules.find(kernel));
        assertEquals("9.9.9-test", new KernelModules(modules).version());
    }

    @Test
    void findsModulesOfPackagesThatHaveThemBelowUsr() throws IOException {
        Path modules = Files.createDirectories(directory.resolve("usr/lib/modules/9.9.9-test"));
        Path kernel = Files.createDirectory(directory.resolve("boot")).resolve("vmlinuz");
        Files.move(bzImage("9.9.9-test ", 0x300), kernel);
        assertEquals(new KernelModules(modules), KernelModules.find(kernel));
    }

    @Test
    void findsTheModulesThatAKernelLiesAmong() throws IOException {
        Path modules = Files.createDirectories(directory.resolve("somewhere/modules/9.9.9-test"));
        Path kernel = modules.resolve("vmlinuz");
        Files.move(bzImage("9.9.9-test ", 0x300), kernel);
        assertEquals(new KernelModules(modules), KernelModules.find(kernel));
        Path elsewhere =
                Files.createDirectories(directory.resolve("9.9.9-test")).resolve("vmlinuz");
        Files.move(kernel, elsewhere);
        assertNull(KernelModules.find(elsewhere), "a directory that is not one of modules");
    }

    @ParameterizedTest
    @ValueSource(strings = {".ko", ".ko.xz", ".ko.zst", ".ko.gz"})
    void knowsWhetherTheHostsFoldersCanBeMounted(String suffix) throws IOException {
        KernelModules modules = KernelModules.in(directory);
        assertFalse(modules.has9pOverXen());
        Files.writeString(directory.resolve("modules.builtin"), "kernel/fs/fuse/fuse.ko\n");
        assertFalse(modules.has9pOverXen());
        Files.createFile(
                Files.createDirectories(directory.resolve("kernel/net/9p")).resolve("9pnet_xen" + suffix));
        assertTrue(modules.has9pOverXen());
    }

    @Test
    void knowsWhatIsBuiltIn() throws IOException {
        Files.writeString(directory.resolve("modules.builtin"), "kernel/fs/fuse/fuse.ko\nkernel/net/9p/9pnet_xen.ko\n");
        assertTrue(KernelModules.in(directory).has9pOverXen());
    }

    @Test
    void findsNoneForAKernelWithoutModules() throws IOException {
        assertNull(KernelModules.find(bzImage("9.9.9-none ", 0x300)));
    }

    @Test
    void takesTheNameOfAFileThatIsNoBzImage() throws IOException {
        assertEquals("6.6.6", KernelModules.versionOf(Files.write(directory.resolve("vmlinux-6.6.6"), new byte[9000])));
        assertNull(KernelModules.versionOf(Files.write(directory.resolve("vmlinux"), new byte[0])));
        assertNull(KernelModules.versionOf(Files.write(directory.resolve("kernel.elf"), new byte[100])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc ", "a/b ", ".. ", "/etc ", " ", "\0", "6.1\u0001", "6.1\\x ", "6.1\u00ff "})
    void takesNoVersionThatCouldLeadElsewhere(String version) throws IOException {
        String read = KernelModules.versionOf(bzImage(version, 0x300));
        if (read != null) {
            assertEquals("6.1", read);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x3dff, 0xffff})
    void takesNoVersionFromOutsideTheHeader(int offset) throws IOException {
        assertNull(KernelModules.versionOf(bzImage("6.1 ", offset)));
    }

    @Test
    void failsWithoutAKernel() {
        assertThrows(IOException.class, () -> KernelModules.find(directory.resolve("gone")));
    }

    @Test
    void failsWithoutTheDirectoryThatTheCallerNames() {
        assertThrows(IOException.class, () -> KernelModules.in(directory.resolve("gone")));
    }

    private Path bzImage(String version, int versionOffset) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(0x3e00).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(0x202, 0x53726448).putShort(0x20e, (short) versionOffset);
        image.put(0x500, version.getBytes(StandardCharsets.ISO_8859_1));
        return Files.write(directory.resolve("image"), image.array());
    }
}
