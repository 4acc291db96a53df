package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsVirtualisation
@DisplayName("lodge run")
class LodgeRunTest {
    private static final String KERNEL = Checkout.kernel(Checkout.CLOUD_6_1).toString();
    private static final int MIB = 1 << 20;

    /** Many times what any ring holds. hvc takes 16 bytes at a time, each for an event, so more takes the lab minutes. */
    private static final int CARRIED = 64 << 10;

    private static LodgeProgram.Result run(String... command) throws Exception {
        return LodgeProgram.run(command("", command));
    }

    private static String[] command(String option, String... command) {
        String[] words = option.isEmpty() ? new String[0] : option.split(" ");
        String[] all = new String[4 + words.length + command.length];
        all[0] = "run";
        all[1] = "-k";
        all[2] = KERNEL;
        System.arraycopy(words, 0, all, 3, words.length);
        all[3 + words.length] = "--";
        System.arraycopy(command, 0, all, 4 + words.length, command.length);
        return all;
    }

    @Test
    @DisplayName("returns the command's status and both of its streams, and writes what --stats promises")
    void status(@TempDir Path directory) throws Exception {
        Path stats = directory.resolve("stats.json");
        LodgeProgram.Result result = LodgeProgram.run(command(
                "--stats " + stats, "sh", "-c", "cat /sys/hypervisor/type; echo to stderr >&2; echo more; exit 7"));
        assertEquals(new LodgeProgram.Result(7, "xen\nmore\n", "to stderr\n"), result);
        checkStatistics(JsonReader.object(Files.readString(stats)));
        assertEquals(List.of("stats.json"), List.of(directory.toFile().list()), "nothing else is left there");
    }

    private static void checkStatistics(Map<String, Object> stats) {
        Map<String, Object> counts = JsonReader.member(stats, "counts");
        Map<String, Object> atInit = JsonReader.member(stats, "counts_at_init");
        Map<String, Object> timeline = JsonReader.member(stats, "timeline_ms");
        Map<String, Object> memory = JsonReader.member(stats, "memory_bytes");
        assertAll(
                stats.toString(),
                () -> assertEquals(1.0, stats.get("schema")),
                () -> assertTrue(List.of("patched", "kvm-xen").contains(stats.get("hypercall_path"))),
                () -> assertEquals(
                        JsonReader.number(counts, "exits_total"),
                        JsonReader.member(counts, "exits").values().stream()
                                .mapToDouble(count -> (Double) count)
                                .sum()),
                () -> assertTrue(JsonReader.number(atInit, "exits_total") < JsonReader.number(counts, "exits_total")),
                () -> assertTrue(JsonReader.number(JsonReader.member(counts, "hypercalls"), "event_channel_op") > 0),
                () -> assertTrue(JsonReader.number(counts, "events_sent") > 0),
                () -> assertTrue(JsonReader.number(counts, "events_received") > 0),
                () -> assertTrue(JsonReader.number(timeline, "first instruction")
                        < JsonReader.number(timeline, "xenstore connected")),
                () -> assertTrue(JsonReader.number(timeline, "init") <= JsonReader.number(timeline, "command")),
                () -> assertEquals(256.0 * MIB, memory.get("guest")),
                () -> assertTrue(JsonReader.number(memory, "resident_without_guest") > MIB),
                () -> assertTrue(
                        JsonReader.number(memory, "resident_without_guest") < JsonReader.number(memory, "resident")));
    }

    @ParameterizedTest(name = "as a shell does returns {1} for a command that {2}")
    @CsvSource({
        "no-such-command, 127, is not there",
        "/no/such/command, 127, is not there by its path",
        "/etc, 126, is a directory",
        "/proc/version, 126, cannot be executed"
    })
    void notExecuted(String command, int status, String why) throws Exception {
        LodgeProgram.Result result = run(command);
        assertEquals(status, result.status(), result.toString());
        assertTrue(result.stderr().startsWith("lodge: " + command + ": "), result.toString());
        assertEquals(1, result.stderr().lines().count(), result.toString());
    }

    @Test
    @DisplayName("returns 128 and the signal's number for a command that dies of one")
    void killed() throws Exception {
        LodgeProgram.Result result = run("sh", "-c", "kill -SEGV $$");
        assertEquals(new LodgeProgram.Result(128 + 11, "", ""), result);
    }

    @Test
    @DisplayName("carries much in, and out by both streams, byte for byte, and the end of the input")
    void much() throws Exception {
        byte[] sent = new byte[CARRIED];
        new Random(1).nextBytes(sent);
        LodgeProgram.Result result =
                LodgeProgram.runWithInput(sent, command("", "sh", "-c", "tee /dev/stderr; exit 3"));
        String expected = new String(sent, StandardCharsets.ISO_8859_1);
        assertEquals(3, result.status());
        assertEquals(expected.length(), result.stdout().length(), "length of stdout");
        assertEquals(expected.length(), result.stderr().length(), "length of stderr");
        assertTrue(expected.equals(result.stdout()) && expected.equals(result.stderr()));
    }

    @Test
    @DisplayName("passes the command's words as they are, and shows the kernel's console with -v, on stderr alone")
    void wordsAndVerbosity() throws Exception {
        LodgeProgram.Result result =
                LodgeProgram.run(command("-v", "printf", "<%s>", "a b", "", "--", "-v", "it's $HOME \"\\\n*", "ü"));
        assertEquals(0, result.status(), result.toString());
        String utf8 = new String("ü".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals("<a b><><--><-v><it's $HOME \"\\\n*><" + utf8 + ">", result.stdout());
        assertTrue(result.stderr().contains("Linux version 6.1"), result.stderr());
    }

    @Test
    @DisplayName("ends a guest whose time is up, and returns 124")
    void timeout() throws Exception {
        LodgeProgram.Result result = LodgeProgram.run(command("--timeout 2500ms", "sleep", "1000"));
        assertEquals(124, result.status(), result.toString());
        assertEquals(1, result.stderr().lines().count(), result.toString());
        assertTrue(result.stderr().contains("--timeout"), result.stderr());
    }

    @ParameterizedTest(name = "passes SIG{0} to the command, and returns {1} when the command ends of it")
    @CsvSource({"TERM, 143", "INT, 130"})
    void signal(String name, int status) throws Exception {
        LodgeProgram lodge = LodgeProgram.start(command(
                "", "sh", "-c", "trap 'echo caught; exit 9' " + name + "; echo ready; while :; do sleep 0.1; done"));
        lodge.awaitLine("ready");
        LodgeProgram.signal(lodge.process(), name);
        LodgeProgram.Result result = lodge.await();
        assertEquals(status, result.status(), result.toString());
        assertEquals("ready\ncaught\n", result.stdout());
    }

    @Test
    @DisplayName("ends a guest that ignores SIGTERM after a moment")
    void ignoredSignal() throws Exception {
        LodgeProgram lodge =
                LodgeProgram.start(command("", "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"));
        lodge.awaitLine("ready");
        LodgeProgram.signal(lodge.process(), "TERM");
        assertEquals(143, lodge.await().status());
    }

    @Test
    @DisplayName("returns 125 for a kernel that panics, with its last words and one line that says so")
    void panic() throws Exception {
        LodgeProgram.Result result = run("sh", "-c", "echo before; sleep 1; echo c > /proc/sysrq-trigger; sleep 1000");
        assertEquals(125, result.status(), result.toString());
        assertEquals("before\n", result.stdout());
        List<String> own = result.stderr()
                .lines()
                .filter(line -> line.startsWith("lodge: "))
                .toList();
        assertEquals(1, own.size(), result.stderr());
        assertTrue(result.stderr().contains("sysrq triggered crash"), result.stderr());
        assertTrue(result.stderr().contains(": cs:rip "), result.stderr());
    }

    @Test
    @DisplayName("returns 125 for a guest that reboots before its command ends")
    void reboot() throws Exception {
        LodgeProgram.Result result = run("sh", "-c", "reboot -f; sleep 1000");
        assertEquals(125, result.status(), result.toString());
        assertTrue(result.stderr().contains("reboot"), result.stderr());
    }

    @Test
    @DisplayName("says so when Linux has too little memory to boot")
    void littleMemory() throws Exception {
        LodgeProgram.Result result = LodgeProgram.run(command("-m 64M --timeout 60s", "true"));
        assertEquals(125, result.status(), result.toString());
        assertTrue(result.stderr().lines().anyMatch(line -> line.startsWith("lodge: ")), result.stderr());
    }

    @Test
    @DisplayName("lets an initrd's own init run on the console, and returns 0 when it powers off")
    void ownInit(@TempDir Path directory) throws Exception {
        Path initrd = new NewcArchive()
                .busybox()
                .file("init", 0755, "#!/bin/sh\nread line\necho \"init read: $line\"\npoweroff -f\n")
                .writeTo(directory.resolve("root.cpio"));
        LodgeProgram.Result result = LodgeProgram.runWithInput(
                "some words\n".getBytes(StandardCharsets.UTF_8), "run", "-k", KERNEL, "--initrd", initrd.toString());
        assertEquals(0, result.status(), result.toString());
        assertTrue(result.stdout().contains("init read: some words"), result.toString());
    }

    @Test
    @DisplayName("runs a command in an initrd's files, whose own init stays out of it")
    void commandInInitrd(@TempDir Path directory) throws Exception {
        Path initrd = new NewcArchive()
                .busybox()
                .file("init", 0755, "#!/bin/sh\necho WRONG\n")
                .file("greeting", 0644, "from the archive\n")
                .writeTo(directory.resolve("root.cpio"));
        LodgeProgram.Result result = LodgeProgram.run(command("--initrd " + initrd, "cat", "/greeting"));
        assertEquals(new LodgeProgram.Result(0, "from the archive\n", ""), result);
    }

    @Test
    @DisplayName("gives a command the terminal that it is run on, of the same size, and restores it")
    void terminal(@TempDir Path directory) throws Exception {
        Path script = directory.resolve("script");
        Files.writeString(
                script,
                "stty rows 33 cols 77\nstty -g\n" + Checkout.launcher() + " run -k " + KERNEL
                        + " -- sh -c 'stty size; test -t 0 && test -t 1 && echo terminal; exit 6'\n"
                        + "echo \"status $?\"\nstty -g\n");
        LodgeProgram.Result result = LodgeProgram.start(
                        Map.of("TERM", "vt100"), List.of("script", "-qec", "sh " + script, "/dev/null"))
                .await();
        List<String> lines = result.stdout().lines().toList();
        assertEquals(5, lines.size(), result.toString());
        assertAll(
                result.toString(),
                () -> assertEquals("33 77", lines.get(1)),
                () -> assertEquals("terminal", lines.get(2)),
                () -> assertEquals("status 6", lines.get(3)),
                () -> assertEquals(lines.get(0), lines.get(4), "stty -g after and before"));
    }
}
