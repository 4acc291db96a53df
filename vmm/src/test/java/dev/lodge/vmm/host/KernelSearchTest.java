package dev.lodge.vmm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lodge.vmm.InstalledKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelSearchTest {
    private final Path home;
    private final Path root;

    KernelSearchTest(@TempDir Path directory) throws IOException {
        home = Files.createDirectory(directory.resolve("home"));
        root = Files.createDirectory(directory.resolve("root"));
    }

    @Test
    void fetchedKernelsComeBeforeInstalledOnesAndTheNewestFirst() throws IOException {
        fetched("6.1.0-9-cloud-amd64");
        fetched("6.1.0-41-amd64");
        fetched("6.1.0-41-cloud-amd64");
        fetched("6.12.48+deb12-cloud-amd64");
        installed("7.2.0");

        assertEquals(
                List.of(
                        "6.12.48+deb12-cloud-amd64",
                        "6.1.0-41-cloud-amd64",
                        "6.1.0-41-amd64",
                        "6.1.0-9-cloud-amd64",
                        "7.2.0"),
                versions(KernelSearch.find(home, root)));
    }

    @Test
    void modulesAreThoseOfTheSameVersionBesideTheKernel() throws IOException {
        Path kernel = fetched("6.1.0-41-amd64");
        Path modules = Files.createDirectories(kernel.resolve("lib/modules/6.1.0-41-amd64"));
        installed("6.1.0-41-amd64");

        List<InstalledKernel> kernels = KernelSearch.find(home, root);

        assertEquals(modules, kernels.get(0).modules());
        assertNull(kernels.get(1).modules());
    }

    @Test
    void kernelsAmongTheirModulesAreFoundAndEachOnce() throws IOException {
        installed("6.12.48");
        Path both = Files.createDirectories(root.resolve("usr/lib/modules/6.12.48"));
        Files.createFile(both.resolve("vmlinuz"));
        Path modules = Files.createDirectories(root.resolve("usr/lib/modules/7.3.4"));
        Path image = Files.createFile(modules.resolve("vmlinuz"));
        Files.createDirectories(root.resolve("usr/lib/modules/7.4.0/vmlinuz"));

        List<InstalledKernel> kernels = KernelSearch.find(home, root);

        assertEquals(List.of("7.3.4", "6.12.48"), versions(kernels));
        assertEquals(new InstalledKernel(image, "7.3.4", modules), kernels.get(0));
        assertEquals(both, kernels.get(1).modules());
    }

    @Test
    void otherFilesAndDirectoriesAreNoKernels() throws IOException {
        Files.createDirectories(root.resolve("boot/vmlinuz-directory"));
        Files.createFile(root.resolve("boot/initrd.img-6.1.0"));
        Files.createFile(root.resolve("boot/vmlinuz"));

        assertEquals(List.of(), KernelSearch.find(home, root));
    }

    @Test
    void placesThatDoNotExistHoldNoKernels() {
        assertEquals(List.of(), KernelSearch.find(null, root.resolve("nowhere")));
    }

    @ParameterizedTest
    @CsvSource({
        "6.1, 6.1, 0",
        "6.1.0-9, 6.1.0-41, -1",
        "6.12, 6.1, 1",
        "6.1.0, 6.1, 1",
        "6.12.48+deb12, 6.12.48+deb13, 0",
        "custom, 6.1, -1",
        "'', '', 0",
        "99999999999999999999999, 1, 1",
    })
    void versionsAreComparedByTheirNumbers(String a, String b, int order) {
        assertEquals(order, Integer.signum(KernelSearch.compareVersions(a, b)));
        assertEquals(-order, Integer.signum(KernelSearch.compareVersions(b, a)));
    }

    private Path fetched(String version) throws IOException {
        Path kernel = home.resolve("build/guest/kernels").resolve(version);
        Files.createDirectories(kernel.resolve("boot"));
        Files.createFile(kernel.resolve("boot/vmlinuz-" + version));
        return kernel;
    }

    private void installed(String version) throws IOException {
        Files.createDirectories(root.resolve("boot"));
        Files.createFile(root.resolve("boot/vmlinuz-" + version));
    }

    private static List<String> versions(List<InstalledKernel> kernels) {
        var versions = new ArrayList<String>();
        for (InstalledKernel kernel : kernels) {
            versions.add(kernel.version());
        }
        return versions;
    }
}
