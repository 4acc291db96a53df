package dev.lodge.vmm.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.vmm.store.Permissions;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Debian's xenstore-utils, unmodified, at the socket; skipped where they are not installed. */
@Timeout(60)
class DebianToolsTest {

    private final Store store = new Store();
    private final StoreSession domainZero = store.session(() -> {});
    private final StoreSocket socket;

    private record Result(int status, String output) {}

    DebianToolsTest(@TempDir Path directory) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/xenstore-ls")), "xenstore-utils is not installed");
        domainZero.write("/local/domain/1/name", "guest");
        domainZero.setPermissions("/local/domain/1/name", Permissions.of("n0", "r1"));
        socket = StoreSocket.open(store, directory.resolve("xs"));
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XENSTORED_PATH", socket.path().toString());
        return builder.start();
    }

    private Result run(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output.strip());
    }

    @Test
    void lsShowsTheTreeWithItsPermissions() throws Exception {
        assertEquals(new Result(0, """
                /tool = ""
                /tool/xenstored = ""
                /local = ""
                /local/domain = ""
                /local/domain/1 = ""
                /local/domain/1/name = "guest\""""), run("xenstore-ls", "-f"));
        assertEquals(
                new Result(0, "/local/domain/1/name = \"guest\"   (n0,r1)"),
                run("xenstore-ls", "-fp", "/local/domain/1"));
    }

    @Test
    void nodesAreWrittenReadListedAndRemoved() throws Exception {
        assertEquals(new Result(0, ""), run("xenstore-write", "/a/b", "one", "/a/c", "two words"));
        assertEquals("two words", domainZero.read("/a/c"));
        assertEquals(new Result(0, "one"), run("xenstore-read", "/a/b"));
        assertEquals(new Result(0, "b\nc"), run("xenstore-list", "/a"));
        assertEquals(new Result(0, ""), run("xenstore-exists", "/a/b"));
        assertEquals(new Result(0, ""), run("xenstore-rm", "/a/b"));
        assertEquals(new Result(1, ""), run("xenstore-exists", "/a/b"));
        Result missing = run("xenstore-read", "/a/b");
        assertEquals(1, missing.status());
        assertTrue(missing.output().contains("couldn't read path /a/b"), missing.output());
    }

    @Test
    void permissionsAreChanged() throws Exception {
        assertEquals(new Result(0, ""), run("xenstore-chmod", "/local/domain/1/name", "n1", "b0"));
        assertEquals("n1,b0", String.valueOf(domainZero.permissions("/local/domain/1/name")));
    }

    @Test
    void watchPrintsChangesAsTheyHappen() throws Exception {
        Process watch = start("xenstore-watch", "/local/domain/1/data");
        try (BufferedReader lines = watch.inputReader()) {
            assertEquals("/local/domain/1/data", lines.readLine());
            domainZero.write("/local/domain/1/data/x", "1");
            assertEquals("/local/domain/1/data/x", lines.readLine());
        } finally {
            watch.destroy();
        }
        assertTrue(watch.waitFor() != 0);
    }

    @Test
    void controlIsAnswered() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/xenstore-control")),
                "Debian has it in xen-utils, with Xen itself");
        Result help = run("xenstore-control", "help");
        assertEquals(0, help.status());
        assertTrue(help.output().contains("quota"), help.output());
        Result unknown = run("xenstore-control", "no-such-command");
        assertEquals(1, unknown.status());
    }
}
