package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.Virtualisation;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsKvm
@Tag("refusal")
@DisplayName("lodge run refuses, in one line and with status 125,")
class BadInputTest {
    private final Path directory;

    BadInputTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static void refuses(LodgeProgram.Result result, String... says) {
        assertEquals(125, result.status(), result.toString());
        assertEquals("", result.stdout(), result.toString());
        assertEquals(1, result.stderr().lines().count(), result.toString());
        assertTrue(result.stderr().startsWith("lodge: "), result.toString());
        for (String said : says) {
            assertTrue(result.stderr().contains(said), said + " is not in " + result.stderr());
        }
    }

    private void refusesKernel(byte[] content, String... says) throws Exception {
        Path kernel = Files.write(directory.resolve("kernel"), content);
        refuses(LodgeProgram.run("run", "--force", "-k", kernel.toString(), "--", "true"), says);
    }

    private static byte[] bzImage() throws Exception {
        return Files.readAllBytes(Checkout.kernel(Checkout.CLOUD_6_12));
    }

    private static String hello() throws Exception {
        return TestGuests.path("hello").toString();
    }

    @Test
    @DisplayName("a kernel that is not there")
    void noFile() throws Exception {
        refuses(LodgeProgram.run("run", "--force", "-k", "/nowhere/vmlinuz", "--", "true"), "/nowhere/vmlinuz");
    }

    @Test
    @DisplayName("a directory for a kernel")
    void directory() throws Exception {
        refuses(LodgeProgram.run("run", "--force", "-k", "/etc", "--", "true"), "/etc");
    }

    @Test
    @DisplayName("a text for a kernel")
    void notKernel() throws Exception {
        refusesKernel(
                "this is not a kernel, however long it may be\n".repeat(100).getBytes(StandardCharsets.UTF_8),
                "cannot boot");
    }

    @Test
    @DisplayName("an empty kernel")
    void emptyKernel() throws Exception {
        refusesKernel(new byte[0], "cannot boot");
    }

    @Test
    @DisplayName("an ELF file without a PVH entry")
    void noNote() throws Exception {
        refusesKernel(Files.readAllBytes(Path.of("/proc/self/exe")), "cannot boot");
    }

    @Test
    @DisplayName("a bzImage that is cut off, wherever")
    void truncated() throws Exception {
        byte[] whole = bzImage();
        refusesKernel(Arrays.copyOf(whole, whole.length / 2), "truncated", "fetch it again");
        refusesKernel(Arrays.copyOf(whole, CompressedKernel.payload(whole) + 2), "truncated");
        refusesKernel(Arrays.copyOf(whole, 0x210), "cannot boot");
    }

    @Test
    @DisplayName("a bzImage whose compression is unknown")
    void unknownCompression() throws Exception {
        byte[] changed = bzImage();
        Arrays.fill(changed, CompressedKernel.payload(changed), CompressedKernel.payload(changed) + 8, (byte) 0x5a);
        refusesKernel(changed, "compress");
    }

    @Test
    @DisplayName("a bzImage whose compressed kernel is damaged")
    void damaged() throws Exception {
        byte[] changed = bzImage();
        int middle = CompressedKernel.payload(changed) + (1 << 20);
        Arrays.fill(changed, middle, middle + 4096, (byte) 0x5a);
        refusesKernel(changed, "cannot boot");
    }

    @Test
    @DisplayName("an initrd that does not fit")
    void initrdTooLarge() throws Exception {
        Path initrd = directory.resolve("initrd");
        try (RandomAccessFile file = new RandomAccessFile(initrd.toFile(), "rw")) {
            file.setLength(300L << 20);
        }
        refuses(LodgeProgram.run("run", "--force", "-k", hello(), "--initrd", initrd.toString()), "memory");
    }

    @Test
    @DisplayName("an initrd that is not there")
    void noInitrd() throws Exception {
        refuses(LodgeProgram.run("run", "--force", "-k", hello(), "--initrd", "/nowhere/initrd"), "/nowhere/initrd");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "--cpus, 0",
        "--cpus, 10000",
        "--cpus, -1",
        "--cpus, two",
        "--memory, 0",
        "--memory, 1K",
        "--memory, 16M",
        "--memory, 900T",
        "--memory, much",
        "--timeout, 0",
        "--timeout, soon",
        "--stats, /nowhere/stats",
        "--no-such-option, 1"
    })
    void badOption(String option, String value) throws Exception {
        String kernel = Checkout.kernel(Checkout.CLOUD_6_12).toString();
        refuses(LodgeProgram.run("run", "--force", "-k", kernel, option, value, "--", "true"));
    }

    @Test
    @DisplayName("an option without its value")
    void noValue() throws Exception {
        refuses(LodgeProgram.run("run", "--force", "--kernel"), "--kernel");
    }

    @Test
    @DisplayName("a command that it does not have")
    void noSuchCommand() throws Exception {
        refuses(LodgeProgram.run("walk"), "walk");
    }

    @Test
    @DisplayName("a host without /dev/kvm, and says what to load")
    void noDevice() throws Exception {
        String hideDevice = "d=$(mktemp -d) && mount -t tmpfs dev $d && for f in null zero random urandom; do"
                + " : >$d/$f && mount --bind /dev/$f $d/$f; done && mount --rbind $d /dev && exec \"$@\"";
        LodgeProgram lodge = LodgeProgram.start(
                Map.of(),
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        hideDevice,
                        "sh",
                        Checkout.launcher().toString()),
                "run",
                "--force",
                "-k",
                hello(),
                "--",
                "true");
        refuses(lodge.await(), "/dev/kvm", "ENOENT", "modprobe");
    }

    @Test
    @DisplayName("a user who may not open /dev/kvm, and says how that is changed")
    void notPermitted() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        assertTrue(directory.toFile().setExecutable(true, false));
        Path cache = Files.createDirectory(directory.resolve("cache"));
        String forbidDevice = "chown 65534:65534 \"$LODGE_CACHE\" && mknod \"$0\" c 10 232 && chmod 600 \"$0\""
                + " && mount --bind \"$0\" /dev/kvm && exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"";
        String node = directory.resolve("kvm").toString();
        LodgeProgram lodge = LodgeProgram.start(
                Map.of("HOME", "/nonexistent", "LODGE_CACHE", cache.toString()),
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        forbidDevice,
                        node,
                        Checkout.launcher().toString()),
                "run",
                "--force",
                "-k",
                hello(),
                "--",
                "true");
        refuses(lodge.await(), "/dev/kvm", "EACCES", "usermod");
    }

    @Test
    @DisplayName("a software KVM, unless forced, and names the lab")
    void softwareKvm() throws Exception {
        assumeTrue(Virtualisation.ofThisHost() == Virtualisation.NONE, "this processor virtualises");
        refuses(LodgeProgram.run("run", "-k", hello(), "--", "true"), "lab/run -- ./lodge run", "--force");
    }
}
