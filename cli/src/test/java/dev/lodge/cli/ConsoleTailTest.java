package dev.lodge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ConsoleTailTest {
    private final ConsoleTail tail = new ConsoleTail(Console.DISCARD);

    @Test
    void aSilentGuestLeavesNothing() {
        assertEquals("", printed());
    }

    @Test
    void shortOutputIsKeptWhole() {
        says("one\r\ntwo\r\n");

        assertEquals("one\ntwo\n", printed());
    }

    @Test
    void theLastTwentyLinesAreKept() {
        for (int i = 1; i <= 100; i++) {
            says("line " + i + "\r\n");
        }

        assertEquals(20, printed().lines().count());
        assertEquals("line 81", printed().lines().findFirst().orElseThrow());
    }

    @Test
    void aFloodIsKeptToItsEnd() {
        says("x".repeat(100_000));
        says("the end");

        assertEquals(16384 + 1, printed().length());
        assertEquals("xthe end\n", printed().substring(16384 - 8));
    }

    @Test
    void thePanicIsFoundHoweverLongItsTraceIs() {
        says("[    9.1] Kernel panic - not syncing: sysrq triggered crash\r\n");
        for (int i = 0; i < 40; i++) {
            says("[    9.2]  ? frame\r\n");
        }

        assertEquals("Kernel panic - not syncing: sysrq triggered crash", tail.panic());
    }

    @Test
    void aGuestThatDidNotPanicHasNoPanic() {
        says("fine\n");

        assertEquals("", tail.panic());
    }

    @Test
    void whatSteersATerminalIsLeftOut() {
        says("\u001b[2Jcalm\u0007\u009b31m\ttext\n");

        assertEquals("[2Jcalm31m\ttext\n", printed());
    }

    @Test
    void bytesThatTheViewerDoesNotTakeAreRememberedOnceOnly() {
        var slow = new ConsoleTail(new Console() {
            @Override
            public int output(MemorySegment bytes) {
                return 1;
            }

            @Override
            public int input(MemorySegment room) {
                return 0;
            }
        });
        slow.output(MemorySegment.ofArray("ab".getBytes(UTF_8)));
        slow.output(MemorySegment.ofArray("b".getBytes(UTF_8)));

        assertEquals("ab\n", printed(slow));
    }

    private void says(String text) {
        tail.output(MemorySegment.ofArray(text.getBytes(UTF_8)));
    }

    private String printed() {
        return printed(tail);
    }

    private static String printed(ConsoleTail tail) {
        var bytes = new ByteArrayOutputStream();
        tail.printTo(new PrintStream(bytes, false, UTF_8));
        return bytes.toString(UTF_8);
    }
}
