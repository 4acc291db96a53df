package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code lodge}, with Javas that only say how they were called. */
class LauncherTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("lodge.checkout", ".."));
    private static final String ECHO = "#!/bin/sh\nfor word; do printf '%s\\n' \"$word\"; done\n";

    private final Path home;
    private final Path launcher;
    private final Path nowhere;

    private record Outcome(int status, List<String> lines) {}

    LauncherTest(@TempDir Path directory) throws IOException {
        home = Files.createDirectory(directory.resolve("check out"));
        nowhere = Files.createDirectory(directory.resolve("nowhere"));
        launcher = Files.copy(CHECKOUT.resolve("lodge"), home.resolve("lodge"));
    }

    @Test
    void theImagesJavaIsGivenTheArgumentsAsTheyAre() throws Exception {
        image();

        Outcome outcome = run(home, launcher.toString(), "run", "--", "a b", "", "*");

        assertEquals(0, outcome.status());
        assertEquals(
                "@" + home + "/build/image/lib/lodge.options", outcome.lines().getFirst());
        assertEquals(
                List.of("-Dlodge.home=" + home, "-m", "dev.lodge.cli/dev.lodge.cli.Main", "run", "--", "a b", "", "*"),
                outcome.lines().subList(2, outcome.lines().size()));
    }

    @Test
    void itFindsItsHomeFromAnyDirectoryThroughLinksAndByPath() throws Exception {
        image();
        Path links = Files.createDirectory(nowhere.resolve("links"));
        Files.createSymbolicLink(links.resolve("one"), launcher);
        Files.createSymbolicLink(links.resolve("two"), Path.of("one"));

        assertTrue(run(nowhere, launcher.toString()).lines().contains("-Dlodge.home=" + home));
        assertTrue(run(home, "./lodge").lines().contains("-Dlodge.home=" + home));
        assertTrue(run(nowhere, "links/two").lines().contains("-Dlodge.home=" + home));
        assertTrue(run(nowhere, "sh", "-c", "PATH=\"" + links + ":$PATH\" two")
                .lines()
                .contains("-Dlodge.home=" + home));
    }

    @Test
    void inTheImageItRunsTheJavaBesideIt() throws Exception {
        image();
        Path inside = Files.copy(launcher, home.resolve("build/image/bin/lodge"));

        Outcome outcome = run(nowhere, inside.toString(), "doctor");

        assertTrue(outcome.lines().contains("-Dlodge.home=" + home), outcome.toString());
        assertEquals("doctor", outcome.lines().getLast());
    }

    @Test
    void unbuiltItSaysWhatToRun() throws Exception {
        Outcome outcome = run(home, "./lodge", "run");

        assertEquals(125, outcome.status());
        assertEquals(List.of("lodge: it is not built yet: run 'make build' in " + home), outcome.lines());
    }

    @Test
    void withoutAnImageItRunsTheBuildsJarsOnTheFirstJdkThatIsNewEnough() throws Exception {
        jars();
        jdk(nowhere.resolve("jvms/java-17"), "17.0.15", "17");
        jdk(nowhere.resolve("jvms/java-25"), "25.0.1", "25");
        jdk(nowhere.resolve("sdk/candidates/java/26-tem"), "26", "26");

        Outcome outcome = run(home, "./lodge", "doctor", "a b");

        assertEquals("25", outcome.lines().getFirst());
        assertTrue(outcome.lines().contains(home + "/cli/target/lodge-cli-1.jar:" + home + "/cli/target/lib"));
        assertEquals(
                List.of("doctor", "a b"),
                outcome.lines()
                        .subList(outcome.lines().size() - 2, outcome.lines().size()));
    }

    @Test
    void aJdkOfSdkmanWillDo() throws Exception {
        jars();
        jdk(nowhere.resolve("jvms/java-9"), "9", "9");
        jdk(nowhere.resolve("sdk/candidates/java/26-tem"), "26-ea", "26");

        assertEquals("26", run(home, "./lodge").lines().getFirst());
    }

    @Test
    void javaHomeComesFirstUnlessItIsTooOld() throws Exception {
        jars();
        Path old = jdk(nowhere.resolve("old"), "1.8.0", "8");
        Path own = jdk(nowhere.resolve("own"), "27", "27");
        jdk(nowhere.resolve("jvms/java-25"), "25.0.1", "25");

        assertEquals(
                "27",
                run(home, Map.of("JAVA_HOME", own.toString()), "./lodge")
                        .lines()
                        .getFirst());
        assertEquals(
                "25",
                run(home, Map.of("JAVA_HOME", old.toString()), "./lodge")
                        .lines()
                        .getFirst());
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        jars();
        jdk(nowhere.resolve("jvms/java-17"), "17.0.15", "17");
        Files.writeString(nowhere.resolve("jvms/java-17/release"), "no version in here\n");

        Outcome outcome = run(home, "./lodge", "run");

        assertEquals(125, outcome.status());
        assertEquals(1, outcome.lines().size());
        assertTrue(outcome.lines().getFirst().contains("openjdk-25-jdk-headless"), outcome.toString());
    }

    private void image() throws IOException {
        Path bin = Files.createDirectories(home.resolve("build/image/bin"));
        executable(bin.resolve("java"), ECHO);
    }

    private void jars() throws IOException {
        Files.createDirectories(home.resolve("cli/target/lib"));
        Files.createFile(home.resolve("cli/target/lodge-cli-1.jar"));
    }

    /** A JDK whose java prints its name and its arguments. */
    private static Path jdk(Path directory, String version, String name) throws IOException {
        Files.createDirectories(directory.resolve("bin"));
        Files.writeString(directory.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(directory.resolve("bin/java"), ECHO.replace("for", "echo " + name + "; for"));
        return directory;
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(Path directory, String... command) throws IOException, InterruptedException {
        return run(directory, Map.of(), command);
    }

    private Outcome run(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("SDKMAN_DIR", nowhere.resolve("sdk").toString());
        builder.environment().put("LODGE_JVMS", nowhere.resolve("jvms").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        var lines = new ArrayList<String>();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        }
        return new Outcome(process.waitFor(), lines);
    }
}
