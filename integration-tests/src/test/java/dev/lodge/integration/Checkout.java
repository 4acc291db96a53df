package dev.lodge.integration;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;

/** Where things are in this checkout. */
final class Checkout {
    static final Path ROOT = find();

    /** Debian 12's kernels by what they are called in the tests. */
    static final String CLOUD_6_1 = "6.1.*-cloud-amd64";

    static final String GENERIC_6_1 = "6.1.*[0-9]-amd64";
    static final String CLOUD_6_12 = "6.12.*-cloud-amd64";

    private Checkout() {}

    static Path launcher() {
        return ROOT.resolve("lodge");
    }

    static Path busybox() {
        return ROOT.resolve("build/guest/busybox");
    }

    /** A program of {@code src/test/c}. */
    static Path program(String name) {
        return ROOT.resolve("integration-tests/target/test-classes/dev/lodge/integration")
                .resolve(name);
    }

    /**
     * The image of a guest kernel that {@code make guest} has fetched.
     *
     * @param version a glob that matches one
     */
    static Path kernel(String version) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(ROOT.resolve("build/guest/kernels"), version)) {
            for (Path kernel : found) {
                return kernel.resolve("boot").resolve("vmlinuz-" + kernel.getFileName());
            }
        } catch (IOException e) {
            return Assertions.fail("no guest kernels: run make guest", e);
        }
        return Assertions.fail("no guest kernel " + version + ": run make guest");
    }

    private static Path find() {
        String named = System.getProperty("lodge.checkout");
        Path at = Path.of(named == null ? "" : named).toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("lab/run"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("not within a checkout of Lodge; name it by -Dlodge.checkout");
        }
        return at;
    }
}
