package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.GuestAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What Debian ships, where {@code make guest} has fetched it. */
final class DebianKernelTest {

    private static final int PORT = 0xe0;

    @TestFactory
    List<DynamicTest> everyDebianKernelIsReadyToBoot() throws IOException {
        List<Path> kernels = kernels();
        Assumptions.assumeFalse(kernels.isEmpty(), "no kernels: run make guest");
        List<DynamicTest> tests = new ArrayList<>();
        for (Path kernel : kernels) {
            tests.add(DynamicTest.dynamicTest(kernel.getFileName().toString(), () -> check(kernel)));
        }
        return tests;
    }

    private static List<Path> kernels() throws IOException {
        Path root = Path.of(System.getProperty("lodge.kernels", "../build/guest"));
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.getFileName().toString().startsWith("vmlinuz"))
                    .toList();
        }
    }

    private static void check(Path file) {
        var memory = new TestMemory(256 << 20);
        var request = new KernelRequests(MemoryMap.of(256 << 20));
        try (LoadableKernel kernel = KernelImage.open(file)) {
            assertTrue(file.getFileName().toString().endsWith(kernel.release()), kernel::release);
            assertNotEquals("", kernel.release());
            BootPlan plan = GuestImage.prepare(memory, request.of(kernel));
            var sites = assertInstanceOf(HypercallSites.Found.class, plan.sites());
            assertArrayEquals(
                    new byte[] {0x0f, 0x01, (byte) 0xd9},
                    memory.bytes(sites.vmmcall().value(), 3));
            assertArrayEquals(
                    new byte[] {0x0f, 0x01, (byte) 0xc1},
                    memory.bytes(sites.vmcall().value(), 3));
            sites.patch(memory, PORT);
            assertEquals(0x90e0e7, memory.int32(sites.vmmcall().value()) & 0xffffff);
            assertEquals(0x90e0e7, memory.int32(sites.vmcall().value()) & 0xffffff);
            assertEquals(new GuestAddress(BootLayout.BOOT_AREA), plan.startInfo());
        }
    }
}
