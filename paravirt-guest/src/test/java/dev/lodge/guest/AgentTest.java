package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent's conduct, seen from the host's end of its channel. The time limit only keeps a hang from lasting. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AgentTest {
    @Test
    void keepsStandardOutputAndErrorApartAndReturnsTheStatus() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "echo out; echo err >&2; exit 7"))) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals("out\n", heard.stdoutText());
            assertEquals("err\n", heard.stderrText());
            assertEquals(List.of("started 32768", "exited 7"), heard.events);
        }
    }

    @Test
    void tellsACommandThatIsNotThereFromOneThatCannotBeExecuted() throws IOException {
        assertEquals(List.of("exec failed 2 No such file or directory"), eventsOf(Job.of("no-such-command")));
        assertEquals(List.of("exec failed 13 Permission denied"), eventsOf(Job.of("/etc/passwd")));
    }

    @Test
    void namesADirectoryThatIsNotThere() throws IOException {
        var job = new Job(List.of("true"), Map.of(), "/no/such", null);

        assertEquals(
                List.of("failed cannot change to the directory /no/such: No such file or directory"), eventsOf(job));
    }

    @Test
    void runsTheCommandInItsDirectoryWithItsEnvironment() throws IOException {
        var job =
                new Job(List.of("sh", "-c", "pwd; echo $PATH; echo $HOME; echo $A"), Map.of("A", "b c"), "/usr", null);
        try (var agent = new AgentSession(job)) {
            String path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
            assertEquals("/usr\n" + path + "\n/root\nb c\n", agent.awaitEnd().stdoutText());
        }
    }

    @Test
    void letsTheJobSayPathAndHome() throws IOException {
        var job = new Job(List.of("sh", "-c", "echo $PATH $HOME"), Map.of("PATH", "/bin", "HOME", "/x"), "/", null);
        try (var agent = new AgentSession(job)) {
            assertEquals("/bin /x\n", agent.awaitEnd().stdoutText());
        }
    }

    @Test
    void blocksNoSignalInTheCommandNorIgnoresSigpipe() throws IOException {
        var job = Job.of("sh", "-c", "grep SigBlk /proc/self/status; yes | true; (kill -PIPE $$); echo late");
        try (var agent = new AgentSession(job)) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals("SigBlk:\t0000000000000000\n", heard.stdoutText());
            assertEquals("exited 141", heard.lastEvent());
        }
    }

    @Test
    void carriesAMebibyteThroughTheCommandAndBackUnchanged() throws IOException {
        byte[] data = new byte[1 << 20];
        new Random(1).nextBytes(data);
        try (var agent = new AgentSession(Job.of("cat"))) {
            agent.awaitStart();
            for (int at = 0; at < data.length; at += 8192) {
                agent.sendStdin(Arrays.copyOfRange(data, at, at + 8192));
            }
            agent.send(AgentFrames.stdinEof());
            RecordingListener heard = agent.awaitEnd();

            assertArrayEquals(data, heard.stdout.toByteArray());
            assertEquals("exited 0", heard.lastEvent());
        }
    }

    @Test
    void endsTheCommandsInput() throws IOException {
        try (var agent = new AgentSession(Job.of("wc", "-c"))) {
            agent.awaitStart();
            agent.send(AgentFrames.stdinEof());

            assertEquals("0\n", agent.awaitEnd().stdoutText());
        }
    }

    @Test
    void goesOnWhenTheCommandHasClosedItsInput() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "exec <&-; echo closed; sleep 1; exit 3"))) {
            agent.awaitOutput("closed");
            agent.sendStdin(new byte[1000]);
            agent.send(AgentFrames.stdinEof());

            assertEquals("exited 3", agent.awaitEnd().lastEvent());
        }
    }

    @Test
    void losesNoOutputAtTheExit() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "head -c 3000000 /dev/zero; printf end; exit 1"))) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals(3000003, heard.stdout.size());
            assertEquals("exited 1", heard.lastEvent());
        }
    }

    @Test
    void isNotHeldUpByAGrandchildThatKeepsThePipeOpen() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "sleep 20 & echo $!; exit 5"))) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals("exited 5", heard.lastEvent());
            long grandchild = Long.parseLong(heard.stdoutText().strip());
            assertTrue(ProcessHandle.of(grandchild).orElseThrow().destroy(), "it was there all the while");
        }
    }

    @Test
    void isNotHeldUpByAGrandchildThatNeverStopsWriting() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "yes & echo $! >&2; exit 5"))) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals("exited 5", heard.lastEvent());
            long grandchild = Long.parseLong(heard.stderrText().strip());
            ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroy);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 15})
    void passesSignalsOnAndReportsTheOneThatKilled(int signal) throws IOException {
        try (var agent = new AgentSession(Job.of("sleep", "1000"))) {
            agent.awaitStart();
            agent.send(AgentFrames.signal(signal));

            assertEquals("exited " + (128 + signal), agent.awaitEnd().lastEvent());
        }
    }

    @Test
    void passesSignalsOnToTheWholeProcessGroup() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "sleep 1000 & echo $!; wait"))) {
            long grandchild =
                    Long.parseLong(agent.awaitOutput("\n").stdoutText().strip());
            var itsEnd = ProcessHandle.of(grandchild).orElseThrow().onExit();
            agent.send(AgentFrames.signal(15));

            assertEquals("exited 143", agent.awaitEnd().lastEvent());
            assertEquals(grandchild, itsEnd.join().pid());
        }
    }

    @Test
    void hearsASignalWhileTheCommandLeavesItsInputUnread() throws IOException {
        int pipeAndWindow = 65536 + 32768;
        try (var agent = new AgentSession(Job.of("sleep", "1000"))) {
            agent.awaitStart();
            agent.sendStdin(new byte[pipeAndWindow]);
            agent.send(AgentFrames.signal(15));

            assertEquals("exited 143", agent.awaitEnd().lastEvent());
        }
    }

    @Test
    void hearsASignalWhileTheHostLeavesTheOutputUnread() throws IOException {
        try (var agent = new AgentSession(Job.of("sh", "-c", "echo up; exec yes"))) {
            agent.awaitOutput("up");
            agent.send(AgentFrames.signal(15));
            RecordingListener heard = agent.awaitEnd();

            assertEquals("exited 143", heard.lastEvent());
        }
    }

    @Test
    void givesTheCommandATerminalOfItsOwn() throws IOException {
        var job = new Job(
                List.of("sh", "-c", "stty size; test -t 0 && test -t 1 && test -t 2 && echo $TERM; echo err >&2"),
                Map.of("TERM", "vt220"),
                "/",
                new TerminalSize(40, 132));
        try (var agent = new AgentSession(job)) {
            RecordingListener heard = agent.awaitEnd();

            assertEquals("40 132\r\nvt220\r\nerr\r\n", heard.stdoutText());
            assertEquals("", heard.stderrText());
        }
    }

    @Test
    void resizesTheTerminal() throws IOException {
        var job = terminalJob("trap 'stty size; exit 6' WINCH; echo up; while :; do sleep 0.1; done");
        try (var agent = new AgentSession(job)) {
            agent.awaitOutput("up");
            agent.send(AgentFrames.windowSize(new TerminalSize(50, 100)));
            RecordingListener heard = agent.awaitEnd();

            assertTrue(heard.stdoutText().endsWith("50 100\r\n"), heard.stdoutText());
            assertEquals("exited 6", heard.lastEvent());
        }
    }

    @Test
    void interruptsByControlCOnATerminal() throws IOException {
        try (var agent = new AgentSession(terminalJob("echo up; exec sleep 1000"))) {
            agent.awaitOutput("up");
            agent.sendStdin(new byte[] {3});

            assertEquals("exited 130", agent.awaitEnd().lastEvent());
        }
    }

    @Test
    void endsATerminalsInputByControlD() throws IOException {
        try (var agent = new AgentSession(terminalJob("stty -echo; echo up; cat; exit 9"))) {
            agent.awaitOutput("up");
            agent.sendStdin("line\r".getBytes(StandardCharsets.US_ASCII));
            agent.send(AgentFrames.stdinEof());
            RecordingListener heard = agent.awaitEnd();

            assertEquals("up\r\nline\r\n", heard.stdoutText());
            assertEquals("exited 9", heard.lastEvent());
        }
    }

    @Test
    void losesNoTerminalOutputAtTheExit() throws IOException {
        try (var agent = new AgentSession(terminalJob("head -c 300000 /dev/zero; printf end"))) {
            assertEquals(300003, agent.awaitEnd().stdout.size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "lodge-job-2",
                "lodge-job-1|/|||1|true|0|0|",
                "lodge-job-2|",
                "lodge-job-2|/|||0|0|0|",
                "lodge-job-2|/|24||1|true|0|0|",
                "lodge-job-2|/|65536|80|1|true|0|0|",
                "lodge-job-2|/|-1|80|1|true|0|0|",
                "lodge-job-2|/|||2|true|0|0|",
                "lodge-job-2|/|||99999999999999999999|true|0|0|",
                "lodge-job-2|/|||1|true|0|",
                "lodge-job-2|/|||1|true|0|0|more|",
                "lodge-job-2|/|||1x|true|0|0|",
                "lodge-job-2|/|||1|true|0|0",
                "lodge-job-2|/|||1|true|0|1|tag|",
                "lodge-job-2|/|||1|true|0|3|tag|/mnt|",
                "lodge-job-2|/|||1|true|0|3|tag|mnt|rw|",
                "lodge-job-2|/|||1|true|0|3|tag||rw|",
                "lodge-job-2|/|||1|true|0|99999999999999999999|tag|/mnt|rw|",
            })
    void refusesADamagedJob(String job) throws IOException {
        try (var agent = new AgentSession(job.replace('|', '\0').getBytes(StandardCharsets.US_ASCII))) {
            RecordingListener heard = agent.awaitEnd();

            assertTrue(heard.lastEvent().startsWith("failed the job file"), heard.lastEvent());
            assertFalse(heard.started);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"000000", "050000", "020100ff", "030300ffffff", "04000000", "04010000", "04010041", "810000"})
    void refusesAFrameThatNoHostSends(String hex) throws IOException {
        assertEquals("failed the host sent a malformed frame", endAfter(hex));
    }

    @Test
    void refusesAFrameThatIsTooLong() throws IOException {
        assertEquals("failed the host sent a frame that is too long", endAfter("010140"));
    }

    @Test
    void refusesMoreInputThanItGranted() throws IOException {
        try (var agent = new AgentSession(terminalJob("stty raw; echo up; sleep 1000"))) {
            agent.awaitOutput("up");
            // More than the terminal and the agent's window take together, in one piece: the agent may go any time.
            byte[] frame = AgentFrames.stdin(new byte[16384], 0, 16384);
            var frames = new ByteArrayOutputStream();
            for (int i = 0; i < 3; i++) {
                frames.writeBytes(frame);
            }
            agent.send(frames.toByteArray());
            assertEquals(
                    "failed the host sent more standard input than it was granted",
                    agent.awaitEnd().lastEvent());
        }
    }

    @Test
    void refusesInputAfterItsEnd() throws IOException {
        assertEquals("failed the host sent more standard input than it was granted", endAfter("020000" + "01010041"));
    }

    private static String endAfter(String hex) throws IOException {
        try (var agent = new AgentSession(Job.of("sleep", "1000"))) {
            agent.awaitStart();
            agent.send(HexFormat.of().parseHex(hex));
            return agent.awaitEnd().lastEvent();
        }
    }

    private static Job terminalJob(String script) {
        return new Job(List.of("sh", "-c", script), Map.of("TERM", "vt100"), "/", new TerminalSize(24, 80));
    }

    private static List<String> eventsOf(Job job) throws IOException {
        try (var agent = new AgentSession(job)) {
            return agent.awaitEnd().events;
        }
    }
}
