package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {
    @Test
    void isASequenceOfStrings() {
        var job = new Job(List.of("echo", "", "ü"), Map.of("TERM", "xterm"), "/tmp", new TerminalSize(24, 80));

        assertEquals("lodge-job-3|/tmp|24|80||3|echo||ü|1|TERM=xterm|0|", text(job));
    }

    @Test
    void leavesTheWindowEmptyWithoutATerminal() {
        assertEquals("lodge-job-3|/||||1|true|0|0|", text(Job.of("true")));
    }

    @Test
    void namesTheFoldersThatAreShared() {
        var job = new Job(
                List.of("true"),
                Map.of(),
                "/",
                null,
                List.of(new SharedFolder("a", "/", true), new SharedFolder("b", "/mnt/x y", false)),
                "");

        assertEquals("lodge-job-3|/||||1|true|0|6|a|/|ro|b|/mnt/x y|rw|", text(job));
    }

    @Test
    void namesTheDiskThatIsTheRootWhoseInitStandsForACommand() {
        var init = new Job(List.of(), Map.of(), "/", null, List.of(), "xvda");

        assertEquals("lodge-job-3|/|||xvda|0|0|0|", text(init));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/xvda", "../xvda", "xv\0da"})
    void refusesADiskThatIsNoName(String disk) {
        assertThrows(
                IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of(), "/", null, List.of(), disk));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mnt", "./mnt", "/m\0nt"})
    void refusesAFolderThatIsNowhere(String path) {
        assertThrows(IllegalArgumentException.class, () -> new SharedFolder("a", path, false));
        assertThrows(IllegalArgumentException.class, () -> new SharedFolder("", "/mnt", false));
        assertThrows(IllegalArgumentException.class, () -> new SharedFolder("a\0", "/mnt", false));
    }

    @Test
    void needsACommand() {
        assertThrows(IllegalArgumentException.class, Job::of);
        assertThrows(IllegalArgumentException.class, () -> Job.of(""));
        assertThrows(
                IllegalArgumentException.class, () -> new Job(List.of(""), Map.of(), "/", null, List.of(), "xvda"));
    }

    @Test
    void needsADirectory() {
        assertThrows(IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of(), "", null));
    }

    @Test
    void refusesANulWhereverItMayHide() {
        assertThrows(IllegalArgumentException.class, () -> Job.of("tr\0ue"));
        assertThrows(IllegalArgumentException.class, () -> Job.of("true", "\0"));
        assertThrows(IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of(), "/\0", null));
        assertThrows(IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of("A", "\0"), "/", null));
        assertThrows(IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of("A\0", ""), "/", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B", "="})
    void refusesANameThatNoVariableCanHave(String name) {
        assertThrows(IllegalArgumentException.class, () -> new Job(List.of("true"), Map.of(name, "x"), "/", null));
    }

    private static String text(Job job) {
        return new String(job.encode(), StandardCharsets.UTF_8).replace('\0', '|');
    }
}
