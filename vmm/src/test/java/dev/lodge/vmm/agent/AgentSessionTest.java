package dev.lodge.vmm.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.CommandResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AgentSessionTest {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final AtomicInteger endings = new AtomicInteger();

    @Test
    void outputAndErrorsComeOutUnmixedAndTheStatusIsKnown() throws InterruptedException {
        AgentSession session = session("");
        var agent = new FakeAgent(session);

        agent.starts(100);
        agent.sends(FakeAgent.STDOUT, "one ");
        agent.sends(FakeAgent.STDERR, "oops");
        agent.sends(FakeAgent.STDOUT, "two");
        assertNull(session.result());
        agent.exits(7);
        session.finish();

        assertEquals(new CommandResult.Exited(7), session.result());
        assertEquals("one two", stdout.toString(UTF_8));
        assertEquals("oops", stderr.toString(UTF_8));
        assertEquals(1, endings.get());
    }

    @Test
    void aMebibyteArrivesWholeThoughTheReaderIsSlow() throws InterruptedException {
        byte[] data = new byte[1 << 20];
        new Random(2).nextBytes(data);
        AgentSession session = new AgentSession(null, stdout, stderr, endings::incrementAndGet);
        var agent = new FakeAgent(session);

        agent.starts(0);
        for (int at = 0; at < data.length; at += 16384) {
            agent.sends(FakeAgent.STDOUT, Arrays.copyOfRange(data, at, at + 16384));
        }
        agent.exits(0);
        session.finish();

        assertArrayEquals(data, stdout.toByteArray());
    }

    @Test
    void aStreamThatBlocksHoldsUpTheGuestAndBuffersNoMoreThanItsBound() throws InterruptedException {
        var gate = new CountDownLatch(1);
        AgentSession session = new AgentSession(null, new GatedStream(gate, stdout), stderr, endings::incrementAndGet);
        var agent = new FakeAgent(session);
        byte[] frame = FakeAgent.frame(FakeAgent.STDOUT, new byte[16000]);

        agent.starts(0);
        int taken = 0;
        int last;
        do {
            last = agent.writesWithoutWaiting(frame);
            taken += last;
        } while (last == frame.length);

        assertTrue(taken < 160 << 10, taken + " bytes were taken");
        gate.countDown();
        agent.writes(Arrays.copyOfRange(frame, last, frame.length));
        agent.exits(0);
        session.finish();
        assertEquals(0, stdout.size() % 16000);
    }

    @Test
    void aClosedPipeEndsTheCommandBySigpipe() {
        AgentSession session = new AgentSession(null, new ClosedPipe(), stderr, endings::incrementAndGet);
        var agent = new FakeAgent(session);

        agent.starts(0);
        assertArrayEquals(new byte[] {2, 0, 0}, agent.reads(100)); // the end of its empty input
        agent.sends(FakeAgent.STDOUT, "yes\n");

        assertArrayEquals(new byte[] {4, 1, 0, 13}, agent.readsAtLeast(4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 4096})
    void standardInputArrivesInFramesThroughAnyRoomAndThenItsEnd(int room) {
        var agent = new FakeAgent(session("hello"));

        agent.starts(1000);
        byte[] received = agent.readsAtLeast(0);
        while (received.length < 11) {
            byte[] more = agent.reads(room);
            received = concat(received, more);
            Thread.onSpinWait();
        }

        assertArrayEquals(new byte[] {1, 5, 0, 'h', 'e', 'l', 'l', 'o', 2, 0, 0}, received);
    }

    @Test
    void noMoreInputIsSentThanWasGranted() {
        var agent = new FakeAgent(session("hello"));

        agent.starts(2);
        assertArrayEquals(new byte[] {1, 2, 0, 'h', 'e'}, agent.readsAtLeast(5));
        agent.sends(FakeAgent.STDIN_CREDIT, 1, 0, 0, 0);
        assertArrayEquals(new byte[] {1, 1, 0, 'l'}, agent.readsAtLeast(4));
        assertEquals(0, agent.reads(100).length);
    }

    @Test
    void grantsThatAddUpBeyondMeasureAreSurvived() {
        var agent = new FakeAgent(session("hello"));

        agent.starts(Integer.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            agent.sends(FakeAgent.STDIN_CREDIT, 0xff, 0xff, 0xff, 0x7f);
        }

        assertArrayEquals(new byte[] {1, 5, 0, 'h', 'e', 'l', 'l', 'o'}, Arrays.copyOf(agent.readsAtLeast(8), 8));
    }

    @Test
    void signalsOvertakeInputThatTheCommandDoesNotRead() {
        AgentSession session = session("hello");
        var agent = new FakeAgent(session);

        agent.starts(0);
        session.signal(15);

        assertArrayEquals(new byte[] {4, 1, 0, 15}, agent.readsAtLeast(4));
    }

    @Test
    void nothingIsSentBeforeTheAgentHasStarted() {
        AgentSession session = session("hello");
        var agent = new FakeAgent(session);

        session.windowSize(24, 80);
        assertEquals(0, agent.reads(100).length);
        agent.starts(0);

        assertArrayEquals(new byte[] {3, 4, 0, 24, 0, 80, 0}, agent.reads(100));
    }

    @Test
    void aGuestThatDoesNotReadDoesNotPileUpRequests() {
        AgentSession session = session("hello");
        var agent = new FakeAgent(session);
        for (int i = 0; i < 100_000; i++) {
            session.windowSize(24, 80);
        }
        agent.starts(0);

        assertEquals(64 * 7, agent.reads(1000).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65, -1, 256 + 9})
    void thereAreNoSuchSignals(int number) {
        assertThrows(IllegalArgumentException.class, () -> session("").signal(number));
    }

    @Test
    void aCommandThatCannotBeExecutedSaysWhy() {
        AgentSession session = session("");

        new FakeAgent(session).sends(FakeAgent.EXEC_FAILED, "\2\0\0\0No such file or directory");

        assertEquals(new CommandResult.NotExecuted(2, "No such file or directory"), session.result());
    }

    @Test
    void anAgentThatFailsSaysWhy() {
        AgentSession session = session("");

        new FakeAgent(session).sends(FakeAgent.FAILED, "no job");

        assertEquals(new CommandResult.Unfinished("the guest's agent failed: no job"), session.result());
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, ''", // no such type
        "0xff, ''",
        "0x01, 'stdin'", // a type of the other direction
        "0x85, 'x'", // a status cut short
        "0x84, 'xxxxx'", // a grant too long
        "0x81, '\u0001\u0000\u0001\u0000\u0000\u0000'", // started twice
    })
    void aBadFrameEndsTheSessionWithItsReason(String type, String payload) throws InterruptedException {
        AgentSession session = session("");
        var agent = new FakeAgent(session);

        agent.starts(0);
        agent.sends(FakeAgent.STDOUT, "before");
        agent.sends(Integer.decode(type), payload);
        agent.sends(FakeAgent.STDOUT, "after");
        agent.exits(0);
        session.finish();

        var result = assertInstanceOf(CommandResult.Unfinished.class, session.result());
        assertTrue(result.reason().startsWith("the guest broke the command channel: "), result.reason());
        assertEquals("before", stdout.toString(UTF_8));
        assertEquals(1, endings.get());
    }

    @Test
    void aChannelWhoseRingIsALieEndsTheSessionWithItsReason() {
        AgentSession session = session("");
        new FakeAgent(session).starts(0);
        session.lost("indices that cannot be");
        assertEquals(
                new CommandResult.Unfinished("the guest broke the command channel: indices that cannot be"),
                session.result());
        assertEquals(1, endings.get());
    }

    @Test
    void aStatusStandsWhateverTheGuestSaysAfterwards() {
        AgentSession session = session("");
        var agent = new FakeAgent(session);

        agent.starts(0);
        agent.exits(3);
        agent.exits(4);
        agent.writes(new byte[100]);

        assertEquals(new CommandResult.Exited(3), session.result());
        assertEquals(1, endings.get());
    }

    @Test
    void arbitraryBytesNeverDoMoreThanEndTheSession() throws InterruptedException {
        var random = new Random(3);
        for (int round = 0; round < 200; round++) {
            AgentSession session = session("input");
            var agent = new FakeAgent(session);
            agent.starts(10);
            byte[] garbage = new byte[random.nextInt(3000)];
            random.nextBytes(garbage);
            agent.writes(garbage);
            agent.reads(17);
            session.finish();
        }
    }

    private AgentSession session(String input) {
        return new AgentSession(
                new ByteArrayInputStream(input.getBytes(UTF_8)), stdout, stderr, endings::incrementAndGet);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
